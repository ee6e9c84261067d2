import type { Publication } from '../../streams/index.js';
import type { StreamPoint, StreamRow } from './messages.js';
import type { StreamFinding } from './needs.js';

/** A stream as the list has it. @param findings warnings first */
export function streamRow(
  publication: Publication,
  point: StreamPoint,
  startedAt: number,
  recorded: ReadonlySet<string>,
  findings: readonly StreamFinding[],
): StreamRow {
  const { name, id, session, status, audioMuted, videoMuted, width, height } = publication;
  const [worst] = findings;
  return {
    name,
    mediaSessionId: id,
    sessionId: session.id,
    appKey: session.identity.appKey,
    startedAt,
    status,
    width: width || null,
    height: height || null,
    videoCodec: publication.videoCodec || null,
    audioCodec: publication.audioCodec || null,
    audioMuted,
    videoMuted,
    viewers: point.viewers ?? 0,
    recording: recorded.has(id),
    incoming: point.incoming,
    outgoing: point.outgoing,
    fps: point.fps,
    publisherLoss: point.publisherLoss,
    viewerLoss: point.viewerLoss,
    rtt: point.rtt,
    health: worst?.severity ?? 'good',
    finding: worst?.text ?? null,
  };
}
