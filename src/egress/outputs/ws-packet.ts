/** A record of MSE, or a packet of WSPlayer, on its way to the players' sockets. */
export interface WsPacket {
  readonly kind: 'audio' | 'video';
  /** A player can begin with it. */
  readonly key: boolean;
  /** ms on the stream's clock; those of sound and picture are as far along as they say. */
  readonly time: number;
  readonly data: Uint8Array;
}

export type PacketSink = (packet: WsPacket) => void;
