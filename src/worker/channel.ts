import type { DownTrackDescription, MediaSettings, TrackDescription } from '../media/index.js';
import type { SrtpProfile } from '../native/index.js';
import type {
  MediaFailure,
  MediaRate,
  MediaStatistics,
  TransportCredentials,
  TransportDescription,
} from '../streams/index.js';
import type { AdmissionLimits } from './endpoint-admission.js';

/** Everything a media process is told once, before it opens its socket. */
export interface MediaProcessSettings {
  /** Address to bind; `::` takes IPv4 too. */
  readonly host: string;
  /** UDP port; 0 for any. */
  readonly port: number;
  /** Whether media is taken over TCP too, and how; null for not. */
  readonly tcp: TcpSettings | null;
  /** Virtual size of the arena, bytes. */
  readonly arenaSize: number;
  /** Kernel socket buffers asked for, bytes. */
  readonly socketBuffer: number;
  /** Most wanted first. */
  readonly srtpProfiles: readonly SrtpProfile[];
  readonly certificate: { readonly cert: string; readonly key: string };
  readonly refuseAbove: AdmissionLimits;
  /** How long packets may wait for others while the process is busy, ms. */
  readonly gatherTime: number;
  readonly iceTimeout: number;
  readonly iceKeepAlive: number;
  readonly media: MediaSettings;
}

export interface TcpSettings {
  /** 0 for the number of the UDP port. */
  readonly port: number;
  /** Most connections at a time. */
  readonly connections: number;
  /** Most of them from one network that have not shown yet whom they belong to. */
  readonly strangersPerNetwork: number;
  /** Bytes that may wait to be sent on a connection. */
  readonly queue: number;
}

/** The ports that a media process has bound. */
export interface MediaPorts {
  readonly udp: number;
  /** 0 without TCP. */
  readonly tcp: number;
  /** Of loopback, for pipes. */
  readonly pipe: number;
}

/** Why a media process cannot work. */
export interface UnfitReason {
  /** `NativeFault`'s, or `INTERNAL`. */
  readonly code: string;
  readonly message: string;
  /** The port that cannot be bound, if that is what it is. */
  readonly bind?: { readonly protocol: 'TCP' | 'UDP'; readonly port: number };
}

/** Control process → media process. */
export type ToMedia =
  | { readonly type: 'start'; readonly settings: MediaProcessSettings }
  | {
      readonly type: 'openPublisher';
      readonly id: number;
      readonly transports: readonly TransportDescription[];
      readonly tracks: readonly TrackDescription[];
    }
  | {
      readonly type: 'openViewer';
      readonly id: number;
      readonly publisher: number;
      readonly transports: readonly TransportDescription[];
      readonly tracks: readonly DownTrackDescription[];
      readonly cname: string;
    }
  /** Passes a publisher on into a pipe. */
  | {
      readonly type: 'openPipeSource';
      readonly id: number;
      readonly publisher: number;
      readonly pipe: PipeEnd;
    }
  /** Takes in what comes through a pipe; viewers name it as their publisher. */
  | {
      readonly type: 'openPipeSink';
      readonly id: number;
      /** As the publisher has them. */
      readonly tracks: readonly TrackDescription[];
      readonly pipe: PipeEnd;
    }
  | { readonly type: 'close'; readonly id: number };

/** One media process's side of a pipe. */
export interface PipeEnd {
  /** In the SSRCs of all that goes through it. */
  readonly tag: number;
  /** The port of loopback at the other end. */
  readonly port: number;
}

/** One endpoint's `MediaRate` within a `rates` message. */
export interface EndpointRate extends MediaRate {
  readonly id: number;
}

/** Media process → control process. */
export type FromMedia =
  | { readonly type: 'ready'; readonly ports: MediaPorts }
  /** The process cannot work and exits. */
  | { readonly type: 'unfit'; readonly reason: UnfitReason }
  | { readonly type: 'note'; readonly message: string }
  | {
      readonly type: 'opened';
      readonly id: number;
      readonly credentials: readonly TransportCredentials[];
    }
  | { readonly type: 'refused'; readonly id: number; readonly reason: string }
  | { readonly type: 'started'; readonly id: number }
  | { readonly type: 'videoSize'; readonly id: number; readonly width: number; readonly height: number }
  | { readonly type: 'failed'; readonly id: number; readonly failure: MediaFailure; readonly detail: string }
  | { readonly type: 'rates'; readonly rates: readonly EndpointRate[] }
  /** Once a second. */
  | { readonly type: 'statistics'; readonly statistics: MediaStatistics };
