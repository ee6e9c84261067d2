import { type Arena, readSocketAddress } from '../native/index.js';

/** Where a peer is, as its packets say. */
export interface PeerAddress {
  readonly protocol: 'udp' | 'tcp';
  readonly address: string;
  readonly port: number;
}

/** How a peer is reached, for people to read. */
export interface PeerPath extends PeerAddress {
  readonly srtpProfile: string;
}

export function peerPath(peer: PeerAddress | null, srtpProfile: string): PeerPath | null {
  return peer && { ...peer, srtpProfile };
}

/** @param offset of a socket address in the arena; null for one of no family that is known */
export function peerAddress(arena: Arena, offset: number, protocol: 'udp' | 'tcp'): PeerAddress | null {
  const found = readSocketAddress(arena, offset);
  return found && { protocol, ...found };
}
