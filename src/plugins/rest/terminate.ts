import type { MediaSession } from '../../streams/index.js';
import { StreamInfo, StreamStatus } from '../../wire/index.js';

/** Ends media sessions as WCS does by REST. Players first, else their publishers' end would end them with another reason. */
export function terminate(mediaSessions: readonly MediaSession[]): void {
  const inOrder = [...mediaSessions.filter(({ published }) => !published), ...mediaSessions];
  for (const each of inOrder) each.end(StreamStatus.FAILED, StreamInfo.STOPPED_BY_REST_TERMINATE);
}
