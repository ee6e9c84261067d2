import { StreamEventType, StreamStatus } from '../wire/index.js';
import type { MediaSession } from './media-session.js';
import type { Playback } from './playback.js';
import { Publication } from './publication.js';

/** What a publisher tells its players (WCS spec B.7, D.10). */
export interface PublisherEvent {
  readonly type: 'audioMuted' | 'audioUnmuted' | 'videoMuted' | 'videoUnmuted' | 'data';
  readonly payload?: unknown;
}

/**
 * A `sendStreamEvent` as the publisher's event it is, its mute state stored for players to come.
 * @param sender the media session it was sent for
 * @returns null for what concerns nobody: a player's own mute, an unknown session, an unknown type
 */
export function publisherEvent(
  sender: MediaSession | undefined,
  type: string,
  payload: unknown,
): PublisherEvent | null {
  if (!(sender instanceof Publication)) return null;
  switch (type) {
    case StreamEventType.AUDIO_MUTED:
    case StreamEventType.AUDIO_UNMUTED:
      sender.audioMuted = type === StreamEventType.AUDIO_MUTED;
      break;
    case StreamEventType.VIDEO_MUTED:
    case StreamEventType.VIDEO_UNMUTED:
      sender.videoMuted = type === StreamEventType.VIDEO_MUTED;
      break;
    case StreamEventType.DATA:
      break;
    default:
      return null;
  }
  return payload === undefined ? { type } : { type, payload };
}

/** Who hears of a publisher's events: those who see its picture. The others learn the state when they do. */
export function listenersOf(publication: MediaSession | undefined): Playback[] {
  if (!(publication instanceof Publication)) return [];
  return [...publication.players].filter(({ status }) => status === StreamStatus.PLAYING);
}
