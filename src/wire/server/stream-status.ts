import { StreamStatus } from '../constants.js';
import { type StreamStatusFields, streamObject } from '../stream-object.js';
import { frame } from './frame.js';

/**
 * A stream has changed its status (WCS spec C.5); after a terminal one the client has forgotten the id.
 * @param hidden fields to leave out, but for those without which the SDK cannot tell what has happened to which stream
 */
export function notifyStreamStatusEvent(
  stream: StreamStatusFields,
  hidden: ReadonlySet<string> = all,
): string {
  const object = streamObject(stream);
  if (hidden.size === 0) return frame('notifyStreamStatusEvent', object);
  const shown = Object.entries(object).filter(([name]) => needed.has(name) || !hidden.has(name));
  return frame('notifyStreamStatusEvent', Object.fromEntries(shown));
}

const all: ReadonlySet<string> = new Set();
const needed: ReadonlySet<string> = new Set(['mediaSessionId', 'status']);

/** To a viewer, once the picture's size is known and whenever it changes (WCS spec C.6). */
export function notifyVideoFormat(mediaSessionId: string, width: number, height: number): string {
  return frame('notifyVideoFormat', {
    streamerVideoWidth: width,
    streamerVideoHeight: height,
    mediaSessionId,
    status: StreamStatus.RESIZE,
  });
}

/**
 * Answers the client's message of the same name (WCS spec C.10). `status` is a text: a boolean makes the SDK refuse.
 * @param info why not
 */
export function availableStream(mediaSessionId: string, available: boolean, info?: string): string {
  return frame('availableStream', { id: mediaSessionId, status: available ? 'true' : 'false', info });
}
