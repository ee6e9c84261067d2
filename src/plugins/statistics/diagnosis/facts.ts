import type { MediaProcessStatistics } from '../../../streams/index.js';

/** What the last seconds of one direction of media were like. */
export interface PathFacts {
  /** Seconds that are looked back on. */
  readonly seconds: number;
  /** Part of the packets that were lost for good, 0 to 1. */
  readonly loss: number;
  /** Part of the packets that were asked for again. */
  readonly asked: number;
  /** Key frames asked for, a second. */
  readonly keyFrameRequests: number;
  /** Key frames that came, a second. */
  readonly keyFrames: number;
  /** bit/s, sound as well. */
  readonly bitrate: number;
}

/** A publisher as a diagnosis sees it. */
export interface PublisherFacts {
  readonly audio: boolean;
  readonly video: boolean;
  readonly videoMuted: boolean;
  readonly fps: number;
  /** ms; 0 while unknown. */
  readonly roundTrip: number;
  /** Of its video, bit/s. */
  readonly videoRate: number;
  /** Most that the server lets its video have, and what the client has asked for; bit/s, 0 for none. */
  readonly cap: number;
  readonly capAsked: boolean;
  readonly width: number;
  readonly height: number;
  /** Null until there are some seconds to look back on. */
  readonly path: PathFacts | null;
}

/** A player as a diagnosis sees it. */
export interface PlayerFacts {
  readonly mediaSessionId: string;
  /** Whether its picture is made for it. */
  readonly derived: boolean;
  readonly fps: number;
  /** ms; 0 while unknown. */
  readonly roundTrip: number;
  /** What it is sent, and what it estimates that it can take; bit/s, 0 while unknown. */
  readonly sent: number;
  readonly estimate: number;
  /** How long its bandwidth has been too little without a break, ms. */
  readonly shortFor: number;
  readonly path: PathFacts | null;
}

/** Everything that a diagnosis is made of. */
export interface StreamFacts {
  readonly publisher: PublisherFacts;
  readonly players: readonly PlayerFacts[];
  /** The media process that the publisher is in; null when that is not known. */
  readonly process: MediaProcessStatistics | null;
}
