/**
 * What goes over the live socket, `/api/v1/live`: JSON texts, one of these objects each. Times are ms since 1970, rates
 * bit/s, losses parts from 0 to 1, round trips ms, memory bytes, processors parts of a core. What is not known is null.
 */

/** The first message. */
export interface Hello {
  readonly type: 'hello';
  readonly version: string;
  readonly startedAt: number;
  /** Whether who watches may change things as well. */
  readonly operator: boolean;
  readonly abilities: { readonly recording: boolean; readonly snapshots: boolean };
  /** Between two `figures`, ms. */
  readonly interval: number;
  /** Steps that a `history` has at most. */
  readonly historyLength: number;
  /** What the operator ought to know; a sentence each. */
  readonly warnings: readonly string[];
}

/** The past of the server (`ServerPoint`), or of the stream that is watched (`StreamPoint`). The newest values are the last. */
export interface History {
  readonly type: 'history';
  /** Null for the server. */
  readonly stream: string | null;
  /** Of the first values. */
  readonly startedAt: number;
  /** From one value to the next, ms. */
  readonly step: number;
  readonly series: Readonly<Record<string, readonly (number | null)[]>>;
}

/** One step in the history of the server. */
export interface ServerPoint {
  readonly viewers: number | null;
  readonly streams: number | null;
  readonly incoming: number | null;
  readonly outgoing: number | null;
  /** Of all processes. */
  readonly cpu: number | null;
}

/** One step in the history of a stream. */
export interface StreamPoint {
  readonly incoming: number | null;
  /** To all viewers. */
  readonly outgoing: number | null;
  readonly fps: number | null;
  readonly publisherLoss: number | null;
  /** The mean of the viewers'. */
  readonly viewerLoss: number | null;
  /** The publisher's. */
  readonly rtt: number | null;
  /** The mean of the viewers'. */
  readonly viewerRtt: number | null;
  readonly viewers: number | null;
}

/** Each second. The first has all streams; the others have those of which something is new. */
export interface Figures {
  readonly type: 'figures';
  readonly time: number;
  readonly server: ServerFigures;
  readonly changed: readonly StreamRow[];
  /** Names of streams that are no more. */
  readonly ended: readonly string[];
}

export interface ServerFigures {
  readonly sessions: number;
  readonly streams: number;
  readonly viewers: number;
  readonly recordings: number;
  readonly incoming: number;
  readonly outgoing: number;
  readonly cpu: number | null;
  readonly processes: readonly ProcessFigures[];
}

export interface ProcessFigures {
  /** `control`, `media 0` and so on, `egress`, `ffmpeg` for all of them. */
  readonly name: string;
  /** Null for several together. */
  readonly pid: number | null;
  readonly cpu: number | null;
  readonly memory: number | null;
  /** Part of its time that a media process does not wait, 0 to 1. */
  readonly load: number | null;
  /** Packets that the kernel has dropped since the process started. */
  readonly kernelDrops: number | null;
}

export type Health = 'good' | 'notice' | 'warning';

/** A stream in the list. */
export interface StreamRow {
  readonly name: string;
  /** Of the publisher, as `sessionId` and `appKey`. */
  readonly mediaSessionId: string;
  readonly sessionId: string;
  readonly appKey: string;
  readonly startedAt: number;
  /** As in the protocol: `PUBLISHING`. */
  readonly status: string;
  /** Pixels. */
  readonly width: number | null;
  readonly height: number | null;
  readonly videoCodec: string | null;
  readonly audioCodec: string | null;
  readonly audioMuted: boolean;
  readonly videoMuted: boolean;
  readonly viewers: number;
  readonly recording: boolean;
  readonly incoming: number | null;
  readonly outgoing: number | null;
  readonly fps: number | null;
  readonly publisherLoss: number | null;
  readonly viewerLoss: number | null;
  readonly rtt: number | null;
  readonly health: Health;
  /** The title of the worst finding. */
  readonly finding: string | null;
}

/** Each second, of the stream that is watched. */
export interface Detail {
  readonly type: 'detail';
  readonly time: number;
  readonly stream: string;
  readonly publisher: SessionDetail;
  /** The worst first; `viewersTotal` says how many there are. */
  readonly viewers: readonly SessionDetail[];
  readonly viewersTotal: number;
  /** Warnings first. */
  readonly findings: readonly FindingDetail[];
  /** What is new in the history. */
  readonly point: StreamPoint;
}

/** What is published or played in one media session. */
export interface SessionDetail {
  readonly mediaSessionId: string;
  readonly sessionId: string;
  readonly kind: 'publish' | 'play';
  readonly status: string;
  readonly mediaProvider: string;
  readonly client: ClientDetail;
  readonly startedAt: number;
  readonly videoCodec: string | null;
  readonly audioCodec: string | null;
  readonly width: number | null;
  readonly height: number | null;
  readonly bitrate: number | null;
  /** The bandwidth that a viewer estimates. */
  readonly estimate: number | null;
  readonly loss: number | null;
  readonly rtt: number | null;
  /** Packets asked for again, and key frames asked for, since the start. */
  readonly nack: number | null;
  readonly pli: number | null;
  readonly fps: number | null;
  /** `address:port` each, the server's first; null before media flows, and where there is no ICE. */
  readonly candidatePair: {
    readonly local: string;
    readonly remote: string;
    readonly protocol: 'udp' | 'tcp';
  } | null;
  readonly srtpProfile: string | null;
  /** The name among the processes. */
  readonly mediaProcess: string | null;
}

/** As the client says of itself, but for the address; empty where it does not. */
export interface ClientDetail {
  readonly address: string;
  readonly browser: string;
  readonly os: string;
  readonly version: string;
}

/** What is amiss with a stream. */
export interface FindingDetail {
  /** Stable, for programs. */
  readonly code: string;
  readonly severity: 'warning' | 'notice';
  /** One sentence, the figure in it. */
  readonly title: string;
  /** What to do about it. */
  readonly advice: string;
  /** Media sessions of viewers it is true of; none where it is true of the stream. */
  readonly players: readonly string[];
}

/** The stream that is watched has ended, or there is none. */
export interface Gone {
  readonly type: 'gone';
  readonly stream: string;
}

export type ServerMessage = Hello | History | Figures | Detail | Gone;

/** Page → server: from now on `history` once, and `detail`, of this stream. Whatever else comes is ignored. */
export interface Watch {
  readonly type: 'watch';
  readonly stream: string;
}

export interface Unwatch {
  readonly type: 'unwatch';
}

export type PageMessage = Watch | Unwatch;
