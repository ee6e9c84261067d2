import type { Recorder } from '../needs.js';
import { noRecorder, Refusal, recorderRefusal } from '../refusal.js';
import { bodies, readBody } from './bodies.js';
import type { Method, Methods } from './method.js';

/** `/recorder/…`, and the older names of the same under `/stream/…` (WCS spec G.1). */
export function recorderMethods(recorder: Recorder | null): Methods {
  const start: Method = {
    role: 'operator',
    call: (body, note) => {
      const { mediaSessionId, config } = readBody(bodies.startRecording, body);
      note({ mediaSessionId });
      if (!recorder) throw noRecorder();
      const { fileTemplate, rotation } = config ?? {};
      const wish = { ...(fileTemplate ? { fileTemplate } : {}), ...(rotation ? { rotation } : {}) };
      try {
        recorder.start({ mediaSessionId }, wish);
      } catch (error) {
        throw recorderRefusal(error);
      }
    },
  };
  const stop: Method = {
    role: 'operator',
    call: async (body, note) => {
      const { mediaSessionId } = readBody(bodies.mediaSession, body);
      note({ mediaSessionId });
      if (!recorder) throw noRecorder();
      try {
        await recorder.stop(mediaSessionId);
      } catch (error) {
        throw recorderRefusal(error);
      }
    },
  };
  const findAll: Method = {
    role: 'viewer',
    call: () => {
      const found = recorder?.list() ?? [];
      if (found.length === 0) throw new Refusal(404, 'Nothing is being recorded.');
      return found.map(({ fileName, mediaSessionId }) => ({ fileName, mediaSessionId }));
    },
  };
  return {
    'recorder/startup': start,
    'recorder/terminate': stop,
    'recorder/find_all': findAll,
    'stream/startRecording': start,
    'stream/stopRecording': stop,
  };
}
