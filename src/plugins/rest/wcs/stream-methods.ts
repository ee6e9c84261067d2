import type { z } from 'zod';
import type { MediaSession } from '../../../streams/index.js';
import type { RestNeeds } from '../needs.js';
import { Refusal, snapshotRefusal } from '../refusal.js';
import { terminate } from '../terminate.js';
import { bodies, readBody } from './bodies.js';
import type { Method, Methods } from './method.js';
import { metricsView, streamView } from './stream-view.js';

type StreamFilter = Omit<z.output<typeof bodies.findStreams>, 'display'>;

/** `/stream/…` but for recordings (WCS spec G.1). */
export function streamMethods({ streams, recorder, snapshot }: RestNeeds): Methods {
  const find = (filter: StreamFilter): MediaSession[] => {
    const found = [...candidates(filter)].filter((each) => matches(each, filter));
    if (found.length === 0) throw new Refusal(404, 'No such stream.');
    return found;
  };
  const candidates = ({ mediaSessionId }: StreamFilter): Iterable<MediaSession> => {
    if (!mediaSessionId) return streams.all();
    const one = streams.mediaSession(mediaSessionId);
    return one ? [one] : [];
  };
  const views = (found: readonly MediaSession[], withMetrics: boolean) => {
    const recording = new Set(recorder?.list().map(({ mediaSessionId }) => mediaSessionId));
    return found.map((each) => ({
      ...streamView(each, recording.has(each.id)),
      ...(withMetrics ? { metrics: metricsView(each) } : {}),
    }));
  };

  const findAll: Method = { role: 'viewer', call: () => views(find({}), false) };
  const findSome: Method = {
    role: 'viewer',
    call: (body) => {
      const { display, ...filter } = readBody(bodies.findStreams, body);
      return views(find(filter), display?.includes('metrics') ?? false);
    },
  };
  const terminateSome: Method = {
    role: 'operator',
    call: (body, note) => {
      const { mediaSessionIds, ...filter } = readBody(bodies.terminateStreams, body);
      const given = Object.values(filter).some(
        (value) => value !== null && value !== undefined && value !== '',
      );
      if (!given && !mediaSessionIds?.length) {
        throw new Refusal(400, 'Say which: mediaSessionId, mediaSessionIds, name, published or status.');
      }
      const found = mediaSessionIds?.length
        ? mediaSessionIds
            .flatMap((id) => streams.mediaSession(id) ?? [])
            .filter((one) => matches(one, filter))
        : find(filter);
      if (found.length === 0) throw new Refusal(404, 'No such stream.');
      const [first] = found;
      note({ mediaSessionId: first?.id, streamName: first?.name, count: found.length });
      terminate(found);
    },
  };
  const takeSnapshot: Method = {
    role: 'viewer',
    call: async (body) => {
      const { streamName } = readBody(bodies.snapshot, body);
      try {
        return { data: (await snapshot(streamName)).toString('base64') };
      } catch (error) {
        throw snapshotRefusal(error);
      }
    },
  };
  return {
    'stream/find_all': findAll,
    'stream/find': findSome,
    'stream/terminate': terminateSome,
    'stream/snapshot': takeSnapshot,
  };
}

/** An empty text filters as little as none: forms of web pages send it. */
function matches({ name, published, status, session }: MediaSession, filter: StreamFilter): boolean {
  return (
    (!filter.name || filter.name === name) &&
    (filter.published ?? published) === published &&
    (!filter.status || filter.status.toUpperCase() === status) &&
    (!filter.sessionId || filter.sessionId === session.id) &&
    (!filter.appKey || filter.appKey === session.identity.appKey)
  );
}
