import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import type { SessionDetail } from '../../src/plugins/live/messages.js';
import { formatBitrate, formatCount, formatDelay, formatLoss, formatSize, joinKnown } from '../format.js';
import { disconnect, stopViewer } from './actions.js';
import { keepOrder } from './order.js';
import { browserName, systemName } from './software.js';
import { isOperator } from './store.js';

interface Props {
  readonly viewers: readonly SessionDetail[];
  readonly total: number;
}

/** Shown at first: whoever looks for trouble finds it among the worst, and the others cost time each second. */
const fewViewers = 50;
/** Losses from here on are marked. */
const badLoss = 0.02;

/** Who watches, the worst off first. */
export function ViewersTable({ viewers, total }: Props) {
  const limit = useSignal(fewViewers);
  const body = useRef<HTMLTableSectionElement>(null);
  const order = useRef<readonly string[]>([]);
  // Rows that change places would take the focus, or the pointer's aim, from whoever is about to press something.
  const held = body.current?.matches(':focus-within, :hover') === true;
  const sorted = held ? keepOrder(order.current, viewers) : viewers;
  const shown = sorted.slice(0, limit.value);
  order.current = shown.map(({ mediaSessionId }) => mediaSessionId);
  const operator = isOperator.value;
  return (
    <section class="card" aria-labelledby="viewers-title">
      <h2 id="viewers-title">
        Viewers <span class="count">{formatCount(total)}</span>
      </h2>
      {total === 0 && <p class="muted">Nobody watches at the moment.</p>}
      {total > shown.length && (
        <p class="muted">
          The {shown.length} that fare worst are shown.{' '}
          {viewers.length > shown.length && (
            <button
              class="link"
              type="button"
              onClick={() => {
                limit.value = viewers.length;
              }}
            >
              Show {viewers.length}
            </button>
          )}
        </p>
      )}
      {total > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard (WCAG 2.1.1)
        <section class="scroller" aria-label="Table of viewers" tabIndex={0}>
          <table class="viewers">
            <thead>
              <tr>
                <th scope="col">Client</th>
                <th scope="col">Codec, size</th>
                <th scope="col" class="number">
                  Bitrate, estimate
                </th>
                <th scope="col" class="number">
                  Loss
                </th>
                <th scope="col" class="number">
                  Round trip
                </th>
                <th scope="col">Path and encryption</th>
                {operator && <th scope="col">Actions</th>}
              </tr>
            </thead>
            <tbody ref={body}>
              {shown.map((viewer) => (
                <Viewer key={viewer.mediaSessionId} viewer={viewer} operator={operator} />
              ))}
            </tbody>
          </table>
        </section>
      )}
    </section>
  );
}

/** An SRTP profile without what all of them have in common. */
function shortProfile(profile: string | null): string | null {
  return profile?.replace(/^(SRTP_)?(AEAD_)?/, '').replaceAll('_', '-') ?? null;
}

function Viewer({ viewer, operator }: { readonly viewer: SessionDetail; readonly operator: boolean }) {
  const { client, candidatePair: pair, loss } = viewer;
  const provider = viewer.mediaProvider === 'WebRTC' ? null : viewer.mediaProvider;
  const name = browserName(client);
  const who = name || client.address;
  return (
    <tr>
      <th scope="row" title={client.browser}>
        {name || 'Unknown client'}
        <small>{joinKnown(systemName(client), client.address)}</small>
      </th>
      <td>
        {joinKnown(viewer.videoCodec, viewer.audioCodec)}
        <small>{joinKnown(formatSize(viewer.width, viewer.height), provider)}</small>
      </td>
      <td class="number">
        {formatBitrate(viewer.bitrate)}
        {viewer.estimate ? <small>of {formatBitrate(viewer.estimate)}</small> : null}
      </td>
      <td class={loss !== null && loss >= badLoss ? 'number bad' : 'number'}>{formatLoss(loss)}</td>
      <td class="number">{formatDelay(viewer.rtt)}</td>
      <td>
        {pair ? `${pair.protocol.toUpperCase()} ${pair.remote}` : '–'}
        <small>
          {joinKnown(pair && `to ${pair.local}`, viewer.mediaProcess, shortProfile(viewer.srtpProfile))}
        </small>
      </td>
      {operator && (
        <td class="row-actions">
          <button
            class="danger tiny"
            type="button"
            aria-label={`Stop viewer ${who}`}
            onClick={() => stopViewer(viewer)}
          >
            Stop
          </button>
          <button
            class="danger tiny"
            type="button"
            aria-label={`Disconnect ${who}`}
            onClick={() => disconnect(viewer)}
          >
            Disconnect
          </button>
        </td>
      )}
    </tr>
  );
}
