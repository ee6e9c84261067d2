import type { Config } from '../../config/index.js';
import { type Egress, takeSnapshot } from '../../egress/index.js';
import { RateLimit, reasonOf } from '../../kit/index.js';
import type { Client, SignalingExtension } from '../../signaling/index.js';
import type { Publication, StreamService } from '../../streams/index.js';
import { encode, StreamEventType, StreamInfo } from '../../wire/index.js';
import { Thumbnails } from './thumbnails.js';

/** Pictures of published streams: for clients by the message `snapshot` (WCS spec D.13), and for the rest of the server. */
export interface Snapshots extends SignalingExtension {
  /**
   * A picture of what is published under a name.
   * @returns a PNG file
   * @throws (rejects) Error with a reason for the client
   */
  snapshot(streamName: string): Promise<Buffer>;
  /**
   * A small picture of it, at most some seconds old.
   * @returns a JPEG file
   * @throws (rejects) Error as `snapshot`
   */
  thumbnail(streamName: string): Promise<Buffer>;
}

/** How many a client may have made in a period of so many ms: each costs a process. */
const perPeriod = 10;
const period = 10_000;

export function createSnapshots(
  { transcoding }: Pick<Config, 'transcoding'>,
  streams: StreamService,
  egress: Egress,
): Snapshots {
  const limits = new WeakMap<Client, RateLimit>();

  const isTooSoon = (client: Client): boolean => {
    const limit = limits.get(client) ?? new RateLimit(perPeriod, period);
    limits.set(client, limit);
    return !limit.allow(performance.now());
  };

  const take = async (publication: Publication | null, size: 'full' | 'thumbnail'): Promise<Buffer> => {
    const endpoint = publication?.media;
    if (!endpoint) throw new Error(StreamInfo.STREAM_NOT_FOUND);
    if (!(await egress.ffmpeg())) throw new Error(StreamInfo.TRANSCODING_REQUIRED_BUT_DISABLED);
    return takeSnapshot(egress, { endpoint, tracks: publication.tracks }, transcoding.snapshotTimeout, size);
  };
  const snapshot = (streamName: string) => take(streams.published(streamName), 'full');
  const thumbnails = new Thumbnails(
    (publication) => take(publication, 'thumbnail'),
    () => performance.now(),
  );

  return {
    snapshot,
    thumbnail: async (streamName) => {
      const publication = streams.published(streamName);
      if (!publication) throw new Error(StreamInfo.STREAM_NOT_FOUND);
      return thumbnails.of(publication);
    },
    handlers: {
      snapshot: async ({ mediaSessionId, name }, client) => {
        const fail = (info: string) => {
          const event = { type: StreamEventType.SNAPSHOT_FAILED, payload: { info } } as const;
          client.send(encode.notifyStreamEvent(mediaSessionId, event));
        };
        if (isTooSoon(client)) return fail('Too many snapshots');
        const refusal = await streams.availability(client.session, name);
        if (refusal !== null) return fail(refusal);
        try {
          const payload = { snapshot: (await snapshot(name)).toString('base64') };
          const event = { type: StreamEventType.SNAPSHOT_COMPLETED, payload } as const;
          client.send(encode.notifyStreamEvent(mediaSessionId, event));
        } catch (error) {
          fail(reasonOf(error));
        }
      },
    },
  };
}
