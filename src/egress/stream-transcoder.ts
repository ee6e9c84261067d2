import {
  type DerivedListener,
  type DerivedStream,
  type MediaEndpoint,
  type MediaPipes,
  type TranscodeWish,
  type Transcoding,
  TranscodingRefused,
} from '../streams/index.js';
import type { Egress, EgressSource } from './egress.js';
import { EgressUnavailable } from './egress-process-handle.js';
import { MadeStream } from './made-stream.js';
import { NoTranscoderInfo } from './transcode/no-transcoder.js';
import { encoderOf } from './transcode/transcode-command.js';

/** Gives players streams in another form: each made once in the egress process, and fed back to the media processes. */
export class StreamTranscoder implements Transcoding {
  private readonly streams = new Map<MediaEndpoint, Map<string, MadeStream>>();

  constructor(
    private readonly egress: Egress,
    private readonly pipes: MediaPipes,
  ) {}

  async videoCodecs() {
    const encoders = (await this.egress.ffmpeg())?.encoders;
    return (['H264', 'VP8'] as const).filter((codec) => encoders?.has(encoderOf({ codec })));
  }

  async derive(source: EgressSource, wish: TranscodeWish, listener: DerivedListener): Promise<DerivedStream> {
    if (!(await this.egress.ffmpeg())) throw new TranscodingRefused(NoTranscoderInfo.DISABLED);
    const stream = this.find(source, wish);
    stream.use();
    try {
      const { endpoint } = await stream.ready;
      const silence = stream.listen(listener);
      let closed = false;
      const close = () => {
        if (closed) return;
        closed = true;
        silence();
        stream.release();
      };
      return { endpoint, tracks: stream.tracks, close };
    } catch (error) {
      stream.release();
      throw refusalOf(error);
    }
  }

  private find(source: EgressSource, wish: TranscodeWish): MadeStream {
    const { endpoint } = source;
    const key = JSON.stringify([wish.video, wish.audio, wish.own]);
    const streams = this.streams.get(endpoint) ?? new Map<string, MadeStream>();
    const known = streams.get(key);
    if (known) return known;
    const made: MadeStream = new MadeStream(this.egress, this.pipes, source, wish, () => {
      if (streams.get(key) === made) streams.delete(key);
      if (streams.size === 0 && this.streams.get(endpoint) === streams) this.streams.delete(endpoint);
    });
    this.streams.set(endpoint, streams.set(key, made));
    return made;
  }
}

/** What the egress process says comes as text: these two are the client's to know. */
function refusalOf(error: unknown): unknown {
  if (!(error instanceof EgressUnavailable)) return error;
  const info = Object.values(NoTranscoderInfo).find((one) => one === error.message);
  return info ? new TranscodingRefused(info) : error;
}
