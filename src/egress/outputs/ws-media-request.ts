import type { WsPacket } from './ws-packet.js';

/** A stream as the records of the SDK's MSE player: H264 as it is published where nothing else is asked for. */
export interface MseRequest {
  readonly kind: 'mse';
  /** Pixels; 0 for as published. */
  readonly width: number;
  readonly height: number;
  /** kbit/s; 0 for as published. */
  readonly bitrate: number;
  /** 1 to 100; 0 for as published. */
  readonly quality: number;
  /** ms between key frames. */
  readonly keyFrameInterval: number;
}

/** A stream as the packets of the SDK's WSPlayer. */
export interface WsPlayerRequest {
  readonly kind: 'wsplayer';
  /** Pixels; 0 for what follows from the other, both 0 for as published. */
  readonly width: number;
  readonly height: number;
  /** kbit/s; 0 for what suits the size and the quality. */
  readonly bitrate: number;
  /** 1 to 100; 0 for what is usual. */
  readonly quality: number;
}

/** In order; the first of them is one that a player can begin with. */
export interface WsMediaEvent {
  readonly type: 'packets';
  readonly packets: readonly WsPacket[];
}
