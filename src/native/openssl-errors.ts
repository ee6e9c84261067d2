import { type Arena, baseOf } from './arena.js';
import { NativeFault } from './native-fault.js';
import { openssl } from './openssl.js';

const TEXT_SIZE = 256;
const MOST = 16;

/** Empties this thread's OpenSSL error queue into one line; `fallback` when it was empty. */
export function drainErrors(arena: Arena, fallback: string): string {
  const o = openssl();
  const { scratch, u8 } = arena;
  const texts: string[] = [];
  for (let count = 0; count < MOST; count++) {
    const code = o.ERR_get_error();
    if (code === 0) break;
    o.ERR_error_string_n(code, baseOf(arena) + scratch, TEXT_SIZE);
    const text = Buffer.from(u8.subarray(scratch, scratch + TEXT_SIZE)).toString('latin1');
    texts.push(text.slice(0, text.indexOf('\0')));
  }
  o.ERR_clear_error();
  return texts.length > 0 ? texts.join('; ') : fallback;
}

/** A fault that carries what OpenSSL says about it. */
export function opensslFault(arena: Arena, what: string): NativeFault {
  return new NativeFault('openssl', `${what}: ${drainErrors(arena, 'no reason given')}`);
}
