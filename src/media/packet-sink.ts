import type { Memory } from '../kit/index.js';

/**
 * What media needs of a transport: room to write a packet, and a way to seal and send it. A packet is written where it
 * will be sent from, so that nothing is copied but the payload, which is encrypted on its way.
 */
export interface PacketSink {
  readonly memory: Memory;
  /** True once SRTP keys are there; before that nothing is sent. */
  readonly connected: boolean;
  /**
   * Reserves room for one packet.
   * @param size plain size of the packet, bytes; the sink adds what SRTP needs
   * @returns where in `memory` to write it, or -1 when the send queue is full
   */
  begin(size: number): number;
  /**
   * Seals and queues the packet whose header was written at `headerOffset` (from `begin`) and whose payload lies
   * anywhere in `memory`.
   * @param packetIndex the SRTP packet index, ROC · 65536 + sequence number (RFC 3711 section 3.3.1)
   * @returns bytes of the datagram, 0 when it was dropped
   */
  sendRtp(
    headerOffset: number,
    headerLength: number,
    payloadOffset: number,
    payloadLength: number,
    packetIndex: number,
  ): number;
  /** Seals and queues the compound RTCP packet written at `offset` (from `begin`). */
  sendRtcp(offset: number, length: number): number;
}

/** Where caches come from: blocks of one big memory, in production the native arena. */
export interface MemoryPool extends Memory {
  /** @returns offset of a block of at least `size` bytes, or -1 when memory is exhausted */
  allocate(size: number): number;
  release(offset: number): void;
}
