import type { SessionDetail } from '../../src/plugins/live/messages.js';
import {
  formatBitrate,
  formatCount,
  formatDelay,
  formatLoss,
  formatRate,
  formatSize,
  joinKnown,
} from '../format.js';
import { disconnect } from './actions.js';
import { browserName, systemName } from './software.js';
import { isOperator } from './store.js';

/** Who publishes, down to the path that the media take. */
export function PublisherPanel({
  session,
  live,
}: {
  readonly session: SessionDetail;
  readonly live: boolean;
}) {
  const { client, candidatePair: pair } = session;
  const facts: readonly (readonly [string, string])[] = [
    ['Client', joinKnown(browserName(client), systemName(client), client.version)],
    ['Address', client.address],
    ['Codecs', joinKnown(session.videoCodec, session.audioCodec)],
    ['Picture', joinKnown(formatSize(session.width, session.height), formatRate(session.fps))],
    ['Bitrate', formatBitrate(session.bitrate)],
    ['Lost on the way here', formatLoss(session.loss)],
    ['Round trip', formatDelay(session.rtt)],
    [
      'Asked for again',
      joinKnown(`${formatCount(session.nack)} packets`, `${formatCount(session.pli)} key frames`),
    ],
    ['Path', pair ? `${pair.protocol.toUpperCase()} ${pair.remote} → ${pair.local}` : '–'],
    ['Encryption', session.srtpProfile ?? '–'],
    ['Media process', session.mediaProcess ?? '–'],
    ['Status', joinKnown(session.status, session.mediaProvider)],
    ['Media session', session.mediaSessionId],
    ['Session', session.sessionId],
  ];
  return (
    <section class="card" aria-labelledby="publisher-title">
      <div class="card-head">
        <h2 id="publisher-title">Publisher</h2>
        {isOperator.value && live && (
          <button class="danger small" type="button" onClick={() => disconnect(session)}>
            Disconnect
          </button>
        )}
      </div>
      <dl class="facts">
        {facts.map(([term, value]) => (
          <div key={term}>
            <dt>{term}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
