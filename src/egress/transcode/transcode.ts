import {
  describeExit,
  type FfmpegPool,
  type FfmpegProcess,
  Restarter,
  type Timers,
} from '../../ffmpeg/index.js';
import { reasonOf } from '../../kit/index.js';
import type { FrameListener, MediaFrame, TrackDescription } from '../../media/index.js';
import type { Intake } from '../intake/intake.js';
import { encodedOutput } from './encoded-output.js';
import { RecentOutput } from './recent-output.js';
import {
  audioCommand,
  type EncoderSettings,
  type TranscodeCommand,
  videoCommand,
} from './transcode-command.js';
import type { TranscodeProfile } from './transcode-profile.js';
import { TranscodeRun } from './transcode-run.js';

/** What is transcoded. */
export type TranscodeSource = Pick<Intake, 'tracks' | 'subscribe' | 'requestKeyFrame'>;

/** What a transcode has of its process. */
export interface TranscodeHost {
  readonly pool: Pick<FfmpegPool, 'acquire'>;
  readonly encoders: EncoderSettings;
  /** ms */
  readonly clock: () => number;
  readonly timers?: Timers;
}

export interface TranscodeUser {
  readonly listener: FrameListener;
  /** It has ended, since ffmpeg cannot do it. */
  readonly onFailed: (reason: string) => void;
}

/** Failures in a row, nothing having come out, after which it is given up. */
const mostFailures = 4;
/** A gap for which ffmpeg would have to make up too much, ms. */
const longGap = 2000;
/** An ffmpeg that takes so long until what goes in comes out cannot keep up, ms. */
const tooFar = 1500;
/** For so long it has what came before it ran to catch up with, and may take so long, ms. */
const startTime = 3000;
/** One that has been left in peace goes on when it is no farther behind than this, ms. */
const caughtUp = 300;
/** Least time between two starts for another size: a source may change it with every key frame, ms. */
const relaunchInterval = 1000;
const clockRates: Readonly<Record<TranscodeProfile['codec'], number>> = {
  H264: 90_000,
  VP8: 90_000,
  MPEG1: 90_000,
  AAC: 48_000,
  opus: 48_000,
  PCMU: 8000,
};

/** A track of a stream in another form, made by one ffmpeg for all who use it. */
export class Transcode {
  /** AudioSpecificConfig of AAC, from the first frame on; null for other codecs. */
  configuration: Uint8Array | null = null;
  private readonly users = new Set<TranscodeUser>();
  private readonly recent = new RecentOutput();
  private readonly restarter: Restarter<TranscodeRun>;
  private command: TranscodeCommand | null = null;
  private run: TranscodeRun | null = null;
  private launchedAt = Number.NEGATIVE_INFINITY;
  /** Pictures are left out up to the next key frame. */
  private needsKey = true;
  /** Of what goes in, degrees. */
  private rotation = 0;
  private failures = 0;
  private discontinuity = true;
  private lastTime = Number.NEGATIVE_INFINITY;
  private unsubscribe: (() => void) | null = null;
  private over = false;

  /** @param onEnd called once, when it has ended, by `end` or by itself */
  constructor(
    private readonly source: TranscodeSource,
    private readonly track: TrackDescription,
    private readonly profile: TranscodeProfile,
    private readonly host: TranscodeHost,
    private readonly onEnd: () => void,
  ) {
    this.restarter = new Restarter<TranscodeRun>(
      {
        start: (onDeath) => this.start(onDeath),
        onUp: (run) => this.onUp(run),
        onDown: (reason) => this.onDown(reason),
      },
      host.timers,
    );
  }

  /** Begins to give frames to one more, with those at hand that it can begin with. @returns ends that */
  add(user: TranscodeUser): () => void {
    for (const frame of this.recent.all()) user.listener(frame);
    this.users.add(user);
    this.open();
    return () => {
      if (this.users.delete(user) && this.users.size === 0) this.end();
    };
  }

  private open(): void {
    if (this.unsubscribe || this.over) return;
    this.unsubscribe = () => {};
    this.unsubscribe = this.source.subscribe(
      (frame) => this.onFrame(frame),
      (error) => this.giveUp(error.message),
    );
    if (this.over) this.unsubscribe();
  }

  private end(): void {
    if (this.over) return;
    this.over = true;
    this.run = null;
    this.unsubscribe?.();
    this.restarter.stop();
    this.recent.clear();
    this.onEnd();
  }

  private onFrame(frame: MediaFrame): void {
    if (this.over || frame.kind !== this.profile.kind) return;
    if (frame.kind === 'video' && !this.takesPicture(frame)) return;
    if (frame.kind === 'audio') this.prepareSound(frame);
    const { run, command } = this;
    if (!run || !command) return;
    if (run.write(frame, command.track, this.needsKey)) this.needsKey = false;
    else this.awaitKey();
  }

  /** Whether a picture is to go in; starts what it is to go into. */
  private takesPicture(frame: MediaFrame): boolean {
    if (this.isBehind()) {
      this.run?.withhold();
      this.awaitKey();
      return false;
    }
    if (frame.key) {
      const command = this.commandFor(frame);
      if (!command) {
        this.awaitKey();
        this.onFailure('the picture has no size that it could be brought to');
        return false;
      }
      const same = this.isSame(command, frame) || this.launch(command);
      if (same) this.rotation = frame.rotation ?? 0;
      return same;
    }
    // Which way up a picture is, ffmpeg is told at its start.
    if ((frame.rotation ?? 0) !== this.rotation) this.awaitKey();
    // What follows a gap shows damage until the next key frame.
    if (frame.discontinuity || this.isLongGap(frame)) this.awaitKey();
    else if (this.needsKey) this.source.requestKeyFrame();
    return !this.needsKey;
  }

  private prepareSound(frame: MediaFrame): void {
    if (this.command && !this.isLongGap(frame)) return;
    const command = this.command ?? this.commandFor(frame);
    if (command) this.launch(command);
  }

  private commandFor({ data, rotation }: MediaFrame): TranscodeCommand | null {
    const { profile, track, host } = this;
    return profile.kind === 'audio'
      ? audioCommand(profile, track)
      : videoCommand(profile, track, data, host.encoders, rotation);
  }

  /** Whether what runs, or is about to, can take a key frame: decoders follow every change but that of the size to make. */
  private isSame(command: TranscodeCommand, frame: MediaFrame): boolean {
    if (this.command?.args.join('\n') !== command.args.join('\n') || this.isLongGap(frame)) return false;
    this.command = command;
    return true;
  }

  /** Sound and MPEG-1 have a fixed rate: a gap in what goes in is filled in what comes out. */
  private isLongGap({ time }: MediaFrame): boolean {
    const fixedRate = this.profile.kind === 'audio' || this.profile.codec === 'MPEG1';
    return fixedRate && this.run !== null && time - this.run.last > longGap;
  }

  /** Whether what comes out falls behind: what is left out then is the only thing that keeps it live. */
  private isBehind(): boolean {
    const { run } = this;
    if (!run) return false;
    if (this.host.clock() - run.startedAt < startTime) return run.hasBegun && run.delay > startTime;
    return this.needsKey ? !run.isWithin(caughtUp) : run.delay > tooFar;
  }

  private awaitKey(): void {
    this.needsKey = true;
    if (this.profile.kind === 'video') this.source.requestKeyFrame();
  }

  /** @returns false when it is too soon after the last time */
  private launch(command: TranscodeCommand): boolean {
    const now = this.host.clock();
    if (now - this.launchedAt < relaunchInterval) {
      this.awaitKey();
      return false;
    }
    this.launchedAt = now;
    this.command = command;
    this.run = null;
    this.restarter.stop();
    this.restarter.start();
    return true;
  }

  private start(onDeath: (reason: string) => void): TranscodeRun | null {
    const { command, profile, host } = this;
    if (!command) return null;
    const output = encodedOutput(profile);
    let run: TranscodeRun | null = null;
    const child: FfmpegProcess | null = host.pool.acquire(`transcode to ${profile.codec}`, command.args, {
      onOutput: (chunk) => {
        const frames = output.push(chunk);
        // Its death starts another.
        if (!frames) void child?.kill();
        else if (run && run === this.run) {
          this.configuration = output.configuration;
          for (const { time, key, data } of frames) this.emit(run.output(time), key, data);
        }
      },
      onExit: (exit) => onDeath(describeExit(exit)),
    });
    if (child) run = new TranscodeRun(child, host.clock(), host.clock);
    return run;
  }

  private onUp(run: TranscodeRun): void {
    this.run = run;
    this.discontinuity = true;
    this.needsKey = true;
  }

  private onDown(reason: string): void {
    this.run = null;
    this.onFailure(reason);
  }

  private onFailure(reason: string): void {
    this.failures += 1;
    if (this.failures === mostFailures) this.giveUp(reason);
  }

  private giveUp(reason: string): void {
    const users = [...this.users];
    this.users.clear();
    this.end();
    for (const user of users) user.onFailed(reason);
  }

  private emit(said: number, key: boolean, data: Uint8Array): void {
    if (this.over) return;
    this.failures = 0;
    const { kind, codec } = this.profile;
    const time = Math.max(this.lastTime, said);
    const timestamp = Math.round((time * clockRates[codec]) / 1000);
    const frame: MediaFrame = { kind, key, time, timestamp, data, discontinuity: this.discontinuity };
    this.lastTime = time;
    this.discontinuity = false;
    this.recent.add(frame);
    for (const user of this.users) this.give(user, frame);
  }

  /** One who cannot take a frame is none any more; the others are. */
  private give(user: TranscodeUser, frame: MediaFrame): void {
    try {
      user.listener(frame);
    } catch (error) {
      this.users.delete(user);
      user.onFailed(reasonOf(error));
    }
  }
}
