import type { Detail } from '../../src/plugins/live/messages.js';
import { HealthBadge } from './health.js';
import { Icon } from './icons.js';

/** What is amiss with a stream, and what to do about it. */
export function Findings({ detail, gone }: { readonly detail: Detail | null; readonly gone: boolean }) {
  const findings = detail?.findings ?? [];
  return (
    <section class="card findings" aria-labelledby="findings-title">
      <h2 id="findings-title">{gone ? 'How it was at the end' : 'How is it doing?'}</h2>
      {!detail && <p class="muted">Waiting for figures…</p>}
      {detail && findings.length === 0 && (
        <>
          <HealthBadge health="good" finding="Nothing is amiss" />
          <p class="muted">
            Loss, round trips, bitrate, key frames and the server’s load are watched. What stands out is told
            here, with what to do about it.
          </p>
        </>
      )}
      <ul>
        {findings.map(({ code, severity, title, advice, players }) => (
          <li key={code} class="finding" data-health={severity}>
            <Icon name={severity} />
            <div>
              <h3>{title}</h3>
              <p>{advice}</p>
              {players.length > 0 && (
                <p class="muted">
                  {players.length === 1 ? 'True of one viewer.' : `True of ${players.length} viewers.`}
                </p>
              )}
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
