import {
  AAC_FRAME_SAMPLES,
  aacConfiguration,
  aacSilence,
  mseAudioConfiguration,
  mseAudioFrame,
  mseVideoConfiguration,
  mseVideoFrame,
} from '../../containers/index.js';
import type { MediaFrame } from '../../media/index.js';
import { videoConfig } from '../../rtp/index.js';
import { AccessUnitReader } from './h264-access-unit.js';
import { SoundLine } from './sound-line.js';
import type { PacketSink } from './ws-packet.js';

/** How far after the first frame of a track that of the other may say it is from before, ms. */
const origin = 10_000;
const aacFrameTime = (AAC_FRAME_SAMPLES * 1000) / 48_000;
/** Where there is sound alone, a player can begin with any frame; those that are marked are so far apart, ms. */
const soundKeyInterval = 500;

export interface MseWriterOptions {
  /** Channels of the sound; null without sound. */
  readonly channels: 1 | 2 | null;
  readonly hasVideo: boolean;
  readonly sink: PacketSink;
  onVideoSize(width: number, height: number): void;
  /** A picture cannot be shown for want of those before it. */
  onKeyFrameNeeded(): void;
}

/**
 * Writes frames of H264 and AAC as the records of the SDK's MSE player (WCS spec F.2). Every key frame has the
 * configurations in front of it: there a player can begin.
 */
export class MseWriter {
  private readonly units = new AccessUnitReader();
  private readonly sound: SoundLine | null;
  private configuration: Uint8Array;
  private base = Number.NaN;
  private needsKey = true;
  private lastSoundKey = Number.NEGATIVE_INFINITY;
  private soundAnnounced = false;
  private readonly size = { width: 0, height: 0 };

  constructor(private readonly options: MseWriterOptions) {
    const { channels } = options;
    this.configuration = aacConfiguration(channels ?? 2);
    this.sound =
      channels &&
      new SoundLine(
        aacFrameTime,
        options.hasVideo,
        () => aacSilence(this.configuration),
        (time, data) => this.writeSound(time, data),
      );
  }

  /** A picture of H264. */
  video(frame: MediaFrame): void {
    if (frame.discontinuity && !frame.key) this.needsKey = true;
    if (this.needsKey && !frame.key) {
      this.options.onKeyFrameNeeded();
      return;
    }
    const unit = this.units.read(frame.data, frame.key);
    const time = this.timeOf(frame.time);
    const configuration = unit?.configuration && mseVideoConfiguration(time, unit.configuration);
    if (!unit || !configuration) {
      this.needsKey = true;
      this.options.onKeyFrameNeeded();
      return;
    }
    this.needsKey = false;
    const picture = mseVideoFrame(time, frame.key, unit.data);
    const records = frame.key ? [...this.soundConfiguration(time), configuration, picture] : [picture];
    const data = records.length === 1 ? picture : Buffer.concat(records);
    this.options.sink({ kind: 'video', key: frame.key, time, data });
    // Behind it: nobody can begin with sound.
    this.sound?.advance(time);
    if (frame.key) this.tellSize(frame.data);
  }

  /** A frame of AAC. @param configuration AudioSpecificConfig; null when it is what was to be expected */
  audio(frame: MediaFrame, configuration: Uint8Array | null): void {
    if (configuration && configuration.length >= 2) this.configuration = configuration.slice(0, 2);
    this.sound?.push(this.timeOf(frame.time), frame.data);
  }

  private writeSound(time: number, frame: Uint8Array): void {
    const key = !this.options.hasVideo && time - this.lastSoundKey >= soundKeyInterval;
    if (key) this.lastSoundKey = time;
    const record = mseAudioFrame(time, frame);
    const data =
      key || !this.soundAnnounced ? Buffer.concat([...this.soundConfiguration(time), record]) : record;
    this.soundAnnounced = true;
    this.options.sink({ kind: 'audio', key, time, data });
  }

  private soundConfiguration(time: number): Uint8Array[] {
    return this.sound ? [mseAudioConfiguration(time, this.configuration)] : [];
  }

  private tellSize(keyFrame: Uint8Array): void {
    const config = videoConfig('H264', keyFrame);
    if (!config || (config.width === this.size.width && config.height === this.size.height)) return;
    this.size.width = config.width;
    this.size.height = config.height;
    this.options.onVideoSize(config.width, config.height);
  }

  /** ms since soon before the output began. */
  private timeOf(time: number): number {
    if (Number.isNaN(this.base)) this.base = time - origin;
    return Math.max(0, time - this.base);
  }
}
