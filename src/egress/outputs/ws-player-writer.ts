import {
  mpeg1Size,
  ulawSilence,
  wsPlayerAudio,
  wsPlayerClock,
  wsPlayerVideo,
} from '../../containers/index.js';
import { randomUint32 } from '../../kit/index.js';
import type { MediaFrame } from '../../media/index.js';
import { SoundLine } from './sound-line.js';
import type { PacketSink } from './ws-packet.js';

const videoRate = 90;
const audioRate = 8;
const audioStep = 20;
/** Between two reports of which RTP timestamp is which time, ms. */
const clockInterval = 1000;
/** What the reports say of time 0: any time but 0, which the player takes for none. Seconds. */
const epoch = 3_600;
const twoTo32 = 0x1_0000_0000;

export interface WsPlayerWriterOptions {
  readonly hasAudio: boolean;
  readonly sink: PacketSink;
  onVideoSize(width: number, height: number): void;
}

/**
 * Writes pictures of MPEG-1 and frames of µ-law as the packets of WSPlayer (WCS spec F.3). Behind each key frame, and
 * behind the first sound after it, the clock is told: a player can begin there.
 */
export class WsPlayerWriter {
  private readonly videoSsrc = (randomUint32() & 0x3fff_ffff) | 1;
  private readonly audioSsrc = this.videoSsrc | 0x4000_0000;
  private readonly sound: SoundLine | null;
  private base = Number.NaN;
  private needsKey = true;
  private audioClockDue = true;
  private clockAt = Number.NEGATIVE_INFINITY;
  private readonly size = { width: 0, height: 0 };

  constructor(private readonly options: WsPlayerWriterOptions) {
    const silence = ulawSilence();
    this.sound = options.hasAudio
      ? new SoundLine(
          audioStep,
          true,
          () => silence,
          (time, data) => this.writeSound(time, data),
        )
      : null;
  }

  video(frame: MediaFrame): void {
    const { key, data } = frame;
    if (frame.discontinuity && !key) this.needsKey = true;
    if (this.needsKey && !key) return;
    this.needsKey = false;
    const time = this.timeOf(frame.time);
    const timestamp = Math.round(time * videoRate);
    const { sink } = this.options;
    sink({ kind: 'video', key, time, data: wsPlayerVideo(this.videoSsrc, timestamp, key, data) });
    if (key || time - this.clockAt >= clockInterval) {
      this.clockAt = time;
      this.audioClockDue = true;
      sink({
        kind: 'video',
        key: false,
        time,
        data: clock(this.videoSsrc, timestamp, timestamp / videoRate),
      });
    }
    this.sound?.advance(time);
    if (key) this.tellSize(data);
  }

  /** 20 ms of µ-law. */
  audio(frame: MediaFrame): void {
    this.sound?.push(this.timeOf(frame.time), frame.data);
  }

  private writeSound(time: number, samples: Uint8Array): void {
    const timestamp = Math.round(time * audioRate);
    const { sink } = this.options;
    sink({ kind: 'audio', key: false, time, data: wsPlayerAudio(this.audioSsrc, timestamp, samples) });
    if (!this.audioClockDue) return;
    this.audioClockDue = false;
    const data = clock(this.audioSsrc, timestamp, timestamp / audioRate);
    sink({ kind: 'audio', key: false, time, data });
  }

  private tellSize(picture: Uint8Array): void {
    const size = mpeg1Size(picture);
    if (!size || (size.width === this.size.width && size.height === this.size.height)) return;
    Object.assign(this.size, size);
    this.options.onVideoSize(size.width, size.height);
  }

  private timeOf(time: number): number {
    if (Number.isNaN(this.base)) this.base = time - 10_000;
    return Math.max(0, time - this.base);
  }
}

function clock(ssrc: number, timestamp: number, time: number): Uint8Array {
  const seconds = Math.floor(time / 1000);
  const fraction = Math.floor(((time - seconds * 1000) / 1000) * twoTo32);
  return wsPlayerClock(ssrc, timestamp, epoch + seconds, fraction);
}
