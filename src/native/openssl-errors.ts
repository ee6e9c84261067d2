import { type Arena, baseOf } from './arena.js';
import { NativeFault } from './native-fault.js';
import { openssl } from './openssl.js';

const TEXT_SIZE = 256;
const MOST = 16;

/**
 * Empties this thread's OpenSSL error queue into one line; `fallback` when it was empty.
 *
 * @param scratch 256 bytes of the arena
 */
export function drainErrors(arena: Arena, scratch: number, fallback: string): string {
  const o = openssl();
  arena.check(scratch, TEXT_SIZE);
  const texts: string[] = [];
  for (let count = 0; count < MOST; count++) {
    const code = o.ERR_get_error();
    if (code === 0) break;
    o.ERR_error_string_n(code, baseOf(arena) + scratch, TEXT_SIZE);
    const end = arena.u8.indexOf(0, scratch);
    texts.push(
      Buffer.from(arena.u8.subarray(scratch, Math.min(end, scratch + TEXT_SIZE))).toString('latin1'),
    );
  }
  o.ERR_clear_error();
  return texts.length > 0 ? texts.join('; ') : fallback;
}

/** A fault that carries what OpenSSL says about it. */
export function opensslFault(arena: Arena, what: string): NativeFault {
  const scratch = arena.require(TEXT_SIZE);
  const fault = new NativeFault('openssl', `${what}: ${drainErrors(arena, scratch, 'no reason given')}`);
  arena.release(scratch);
  return fault;
}
