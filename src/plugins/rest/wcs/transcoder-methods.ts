import type { TranscoderControl, TranscoderView } from '../needs.js';
import { Refusal, transcoderRefusal } from '../refusal.js';
import { bodies, readBody } from './bodies.js';
import type { Method, Methods } from './method.js';

/** What WCS counts its pictures between key frames by, where it is not told. */
const usualFps = 30;
const longestInterval = 60;

/** `/transcoder/…` (WCS spec G.1). */
export function transcoderMethods(transcoders: TranscoderControl): Methods {
  const start: Method = {
    role: 'operator',
    call: async (body, note) => {
      const { uri, remoteStreamName, localStreamName, encoder } = readBody(bodies.startTranscoder, body);
      note({ streamName: localStreamName });
      if (encoder?.watermark) throw new Refusal(501, 'Sluice does not have watermarks.');
      const { codec, width, height, bitrate, fps, keyFrameInterval } = encoder ?? {};
      const seconds = (keyFrameInterval ?? 0) / (fps ?? usualFps);
      try {
        await transcoders.start({
          uri,
          source: remoteStreamName,
          name: localStreamName,
          codec: codec ?? null,
          width: width ?? 0,
          height: height ?? 0,
          bitrate: bitrate ?? 0,
          fps: fps ?? 0,
          keyFrameInterval: Math.min(longestInterval, seconds),
        });
      } catch (error) {
        throw transcoderRefusal(error);
      }
    },
  };
  const find: Method = {
    role: 'viewer',
    call: (body) => {
      const wanted = readBody(bodies.findTranscoders, body);
      const found = transcoders
        .list()
        .map(fieldsOf)
        .filter((one) => filters.every((name) => (wanted[name] ?? one[name]) === one[name]));
      if (found.length === 0) throw new Refusal(404, 'No such transcoder runs.');
      return found;
    },
  };
  const stop: Method = {
    role: 'operator',
    call: (body) => {
      const { uri } = readBody(bodies.transcoder, body);
      if (!transcoders.stop(uri)) throw new Refusal(404, 'No such transcoder runs.');
    },
  };
  return {
    'transcoder/startup': start,
    'transcoder/find': find,
    'transcoder/find_all': { ...find, call: (_, note) => find.call({}, note) },
    'transcoder/terminate': stop,
  };
}

const filters = ['uri', 'remoteStreamName', 'localStreamName'] as const;

function fieldsOf({ uri, source, name, mediaSessionId, status, startedAt, ...encoder }: TranscoderView) {
  return {
    localMediaSessionId: mediaSessionId,
    localStreamName: name,
    remoteStreamName: source,
    uri,
    status,
    createDate: startedAt,
    encoder,
  };
}
