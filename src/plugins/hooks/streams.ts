import { streamStatusFields } from '../../signaling/index.js';
import {
  type MediaSession,
  Publication,
  type RequestChanges,
  type StreamAction,
  type Verdict,
} from '../../streams/index.js';
import { type JsonObject, StreamInfo, StreamStatus, streamObject } from '../../wire/index.js';
import type { SessionHooks } from './session-hooks.js';

/** Asks about a stream that a client wants to publish or play (WCS spec G.3, direct methods). */
export async function askAbout(action: StreamAction, hooks: SessionHooks): Promise<Verdict> {
  if (action.kind === 'query') return null;
  const method = action.kind === 'publish' ? 'publishStream' : 'playStream';
  const outcome = await hooks.ask(method, requestObject(action));
  if (outcome.refused !== null) return outcome.refused;
  const changes = changesOf(outcome.overwritten);
  return Object.keys(changes).length === 0 ? null : changes;
}

/** The message as the SDK sends it; what a stream has is read from its offer, which clients' own fields get wrong. */
function requestObject({ kind, request }: Exclude<StreamAction, { kind: 'query' }>): JsonObject {
  const has = (media: string) =>
    request.sdp.startsWith(`m=${media} `) || request.sdp.includes(`\nm=${media} `);
  return {
    ...request,
    published: kind === 'publish',
    hasVideo: has('video'),
    hasAudio: has('audio'),
    status: StreamStatus.PENDING,
  };
}

const amounts = ['bitrate', 'minBitrate', 'maxBitrate', 'width', 'height', 'quality'] as const;

/** Fields that can be set otherwise, where they are of the right type. */
function changesOf(fields: JsonObject): RequestChanges {
  const { name, record, custom } = fields;
  return {
    ...(typeof name === 'string' ? { name } : {}),
    ...(typeof record === 'boolean' ? { record } : {}),
    ...(typeof custom === 'object' && custom !== null ? { custom: custom as JsonObject } : {}),
    ...Object.fromEntries(
      amounts.flatMap((amount) => {
        const value = fields[amount];
        return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? [[amount, value]] : [];
      }),
    ),
  };
}

/** A stream as backends are told of it (WCS spec G.3). */
function eventObject(mediaSession: MediaSession): JsonObject {
  return {
    ...streamObject(streamStatusFields(mediaSession)),
    mediaType: mediaSession.published ? 'publish' : 'play',
    streamInfo: undefined,
  };
}

/** As it is with its status now; the last one has the name of the recording, which is not known at once (WCS spec H). */
export function statusObject(mediaSession: MediaSession): JsonObject | Promise<JsonObject> {
  const recording = mediaSession instanceof Publication && mediaSession.ended ? mediaSession.recording : null;
  return recording ? recording.finished.then(() => eventObject(mediaSession)) : eventObject(mediaSession);
}

/** `StreamKeepAliveEvent` of each stream that runs, one after the other has been answered (WCS spec G.3). */
export class StreamKeepAlive {
  private readonly timers = new Map<MediaSession, NodeJS.Timeout>();

  /** @param interval ms */
  constructor(private readonly interval: number) {}

  /** The stream has another status. */
  update(mediaSession: MediaSession, hooks: SessionHooks): void {
    if (mediaSession.ended) {
      clearInterval(this.timers.get(mediaSession));
      this.timers.delete(mediaSession);
    } else if (!this.timers.has(mediaSession)) {
      let asking = false;
      const ask = async () => {
        if (asking) return;
        asking = true;
        await this.ask(mediaSession, hooks);
        asking = false;
      };
      this.timers.set(mediaSession, setInterval(() => void ask(), this.interval).unref());
    }
  }

  close(): void {
    for (const timer of this.timers.values()) clearInterval(timer);
    this.timers.clear();
  }

  private async ask(mediaSession: MediaSession, hooks: SessionHooks): Promise<void> {
    const error = await hooks.tell('StreamKeepAliveEvent', eventObject(mediaSession));
    if (!error || error.ok) return;
    if (error.status === 403) mediaSession.end(StreamStatus.FAILED, StreamInfo.TERMINATED_BY_KEEP_ALIVE);
    else hooks.sendError('StreamKeepAliveEvent', mediaSession.id);
  }
}
