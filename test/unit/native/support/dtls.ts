import type { Arena, Dtls } from '../../../../src/native/index.js';

/**
 * Carries over what `from` has to say.
 *
 * @param packet 1200 bytes of scratch
 * @returns the lengths of the datagrams
 */
export function carryOver(arena: Arena, packet: number, from: Dtls, to: Dtls): number[] {
  const lengths: number[] = [];
  for (let length = from.pull(packet); length > 0; length = from.pull(packet)) {
    lengths.push(length);
    arena.check(packet, length);
    to.receive(packet, length);
  }
  return lengths;
}

/** Runs a whole handshake. @returns the lengths of all its datagrams */
export function shakeHands(arena: Arena, packet: number, server: Dtls, client: Dtls): number[] {
  client.start();
  const lengths: number[] = [];
  for (let flight = 0; flight < 4; flight++) {
    lengths.push(...carryOver(arena, packet, client, server), ...carryOver(arena, packet, server, client));
  }
  return lengths;
}
