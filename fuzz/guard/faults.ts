import { AesGcm, HmacSha1, Inbox, Outbox, UdpSocket, writeSocketAddress } from '../../src/native/index.js';
import { GuardedArena } from './guarded-arena.js';

/** What must end the process, by name: if it does not, the guard is none. */
export const faults: Readonly<Record<string, () => void>> = {
  'write behind': () => {
    const arena = new GuardedArena(2 ** 24);
    const block = arena.require(2048);
    arena.u8[block + 2047] = 1;
    arena.u8[block + 2048] = 1;
  },
  'read behind': () => {
    const arena = new GuardedArena(2 ** 24);
    const block = arena.require(2048);
    process.stdout.write(String(arena.u8[block + 2048]));
  },
  'read in front': () => {
    const arena = new GuardedArena(2 ** 24);
    const block = arena.require(65_536);
    process.stdout.write(String(arena.u8[block - 1]));
  },
  'write after release': () => {
    const arena = new GuardedArena(2 ** 24);
    const block = arena.require(64);
    arena.release(block);
    arena.u8[block] = 1;
  },
  'OpenSSL behind': () => {
    const arena = new GuardedArena(2 ** 24);
    const block = arena.require(2048);
    const cipher = new AesGcm(arena, block, 'seal');
    // The data fit, and one byte of the tag does not.
    cipher.seal(arena.scratch, block, 12, block + 12, block + 12, 2048 - 12 - 15);
  },
  'HMAC behind': () => {
    const arena = new GuardedArena(2 ** 24);
    const block = arena.require(2048);
    new HmacSha1(arena, block, 20).sign(block, 2049, arena.scratch);
  },
};

/**
 * What the kernel refuses where a process would be ended: a datagram that goes over the end of its block is not sent, one
 * that comes to where there is nothing is not received.
 */
export function kernelRefuses(): string[] {
  const arena = new GuardedArena(2 ** 26);
  const socket = new UdpSocket(arena, { address: '127.0.0.1', port: 0 });
  const outbox = new Outbox(arena, socket, { size: 4096 });
  const inbox = new Inbox(arena);
  const address = arena.require(32);
  writeSocketAddress(arena, address, 'IPv4', '127.0.0.1', socket.local.port);
  const told: string[] = [];
  // The last byte of the queue is sent, and comes.
  for (const size of [2048, 2048]) {
    outbox.begin(size);
    outbox.commit(address, size);
  }
  outbox.flush();
  told.push(`sent ${outbox.stats.datagrams}`, `received ${inbox.receive(socket)}`);
  const gone = arena.require(32);
  writeSocketAddress(arena, gone, 'IPv4', '127.0.0.1', socket.local.port);
  outbox.begin(100);
  outbox.commit(gone, 100);
  arena.release(gone);
  outbox.flush();
  told.push(`refused ${outbox.stats.refused}`);
  return told;
}
