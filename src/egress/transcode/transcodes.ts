import type { FfmpegPool, Timers } from '../../ffmpeg/index.js';
import type { FrameListener } from '../../media/index.js';
import type { TranscodingSettings } from '../channel.js';
import { NoTranscoder, NoTranscoderInfo } from './no-transcoder.js';
import { Transcode, type TranscodeHost, type TranscodeSource } from './transcode.js';
import { encoderOf, isTranscodable } from './transcode-command.js';
import { profileKey, type TranscodeProfile } from './transcode-profile.js';

/** A transcode in use. */
export interface TranscodeUse {
  /** AudioSpecificConfig of AAC, there before the first frame is given; null for other codecs. */
  readonly configuration: Uint8Array | null;
  /** The last one to leave ends it. Idempotent. */
  release(): void;
}

/** Streams in other forms: one ffmpeg a stream and profile, shared by all who use it, ended when the last leaves. */
export class Transcodes {
  private readonly sources = new Map<TranscodeSource, Map<string, Transcode>>();
  private readonly host: TranscodeHost | null;
  private readonly counts = { video: 0, audio: 0 };

  /**
   * @param pool null without ffmpeg. It has room for more than run at the same time: those that end take a while
   * @param clock ms
   */
  constructor(
    pool: Pick<FfmpegPool, 'acquire'> | null,
    private readonly settings: Pick<
      TranscodingSettings,
      'ffmpeg' | 'maxProcesses' | 'maxSoundProcesses' | 'threads' | 'preset'
    >,
    clock: () => number,
    timers?: Timers,
  ) {
    const { threads, preset } = settings;
    this.host = pool && { pool, encoders: { threads, preset }, clock, ...(timers ? { timers } : {}) };
  }

  /** How many run. */
  get size(): number {
    return this.counts.video + this.counts.audio;
  }

  /**
   * Frames of a stream in another form, their times on the same clock as its own. Given first are those at hand that can be
   * begun with, within this call; pictures begin with a key frame.
   * @param onFailed called once, when ffmpeg cannot do it after all; nothing follows
   * @throws NoTranscoder
   */
  use(
    source: TranscodeSource,
    profile: TranscodeProfile,
    listener: FrameListener,
    onFailed: (reason: string) => void = () => {},
  ): TranscodeUse {
    const transcode = this.find(source, profile) ?? this.open(source, profile);
    let released = false;
    const leave = transcode.add({ listener: (frame) => !released && listener(frame), onFailed });
    return {
      get configuration() {
        return transcode.configuration;
      },
      release: () => {
        released = true;
        leave();
      },
    };
  }

  private find(source: TranscodeSource, profile: TranscodeProfile): Transcode | undefined {
    return this.sources.get(source)?.get(profileKey(profile));
  }

  private open(source: TranscodeSource, profile: TranscodeProfile): Transcode {
    const { host } = this;
    const { ffmpeg, maxProcesses, maxSoundProcesses } = this.settings;
    const { kind } = profile;
    const most = kind === 'video' ? maxProcesses : maxSoundProcesses;
    const track = source.tracks.find((one) => one.kind === kind);
    const known = ffmpeg?.encoders.has(encoderOf(profile)) && track && isTranscodable(track.codec.name);
    // No reader for what it would come in.
    if (!host || !known || profile.codec === 'opus') throw new NoTranscoder(NoTranscoderInfo.DISABLED);
    if (this.counts[kind] >= most) throw new NoTranscoder(NoTranscoderInfo.BUSY);
    const key = profileKey(profile);
    const transcodes = this.sources.get(source) ?? new Map<string, Transcode>();
    const transcode = new Transcode(source, track, profile, host, () => {
      this.counts[kind] -= 1;
      transcodes.delete(key);
      if (transcodes.size === 0) this.sources.delete(source);
    });
    this.counts[kind] += 1;
    this.sources.set(source, transcodes.set(key, transcode));
    return transcode;
  }
}
