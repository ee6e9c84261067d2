import type { FfmpegAbilities, Preset } from '../ffmpeg/index.js';
import type { LogLevel } from '../kit/index.js';
import type { MediaSettings, TrackDescription } from '../media/index.js';
import type { OutputEvent, OutputRequest } from './outputs/output.js';

/** Everything an egress process is told once. */
export interface EgressSettings {
  readonly media: MediaSettings;
  /** Most memory for packets, bytes. */
  readonly packetMemory: number;
  readonly logLevel: LogLevel;
  readonly transcoding: TranscodingSettings;
}

/** What may be done with ffmpeg. */
export interface TranscodingSettings {
  /** Null without ffmpeg, or where transcoding is turned off. */
  readonly ffmpeg: FfmpegAbilities | null;
  /** Most transcodes of pictures, and of sound, at the same time. */
  readonly maxProcesses: number;
  readonly maxSoundProcesses: number;
  /** Most memory of an ffmpeg, bytes. */
  readonly maxMemory: number;
  /** How much ffmpeg gives way to others, 0 to 19. */
  readonly nice: number;
  /** Of a video encoder. */
  readonly threads: number;
  readonly preset: Preset;
  readonly snapshotsAtOnce: number;
  /** ms */
  readonly snapshotTimeout: number;
}

/** Control process → egress process. */
export type ToEgress =
  | { readonly type: 'start'; readonly settings: EgressSettings }
  /** Takes a stream in, by the pipe with this tag from this port of loopback. */
  | {
      readonly type: 'openIntake';
      readonly id: number;
      readonly tag: number;
      readonly port: number;
      readonly tracks: readonly TrackDescription[];
    }
  | { readonly type: 'closeIntake'; readonly id: number }
  /** Makes something of a stream. */
  | {
      readonly type: 'openOutput';
      readonly id: number;
      readonly intake: number;
      readonly request: OutputRequest;
    }
  /** Ends it in order; its last event is followed by `closed`. */
  | { readonly type: 'closeOutput'; readonly id: number };

/** Egress process → control process. */
export type FromEgress =
  /** `port` of loopback is where pipes lead to. */
  | { readonly type: 'ready'; readonly port: number }
  | { readonly type: 'opened'; readonly id: number }
  | { readonly type: 'refused'; readonly id: number; readonly reason: string }
  | { readonly type: 'output'; readonly id: number; readonly event: OutputEvent }
  /** An output is gone, by itself or as it was told. */
  | { readonly type: 'closed'; readonly id: number }
  | { readonly type: 'note'; readonly message: string };
