import { getSystemErrorName } from 'node:util';
import koffi from 'koffi';
import { type Bound, bind, type Library, load, type Signature } from './library.js';
import { NativeFault } from './native-fault.js';
import { requirePlatform } from './platform.js';

const P = 'int64_t';

const REQUIRED = {
  mmap: [P, [P, 'size_t', 'int', 'int', 'int', P]],
  mprotect: ['int', [P, 'size_t', 'int']],
  madvise: ['int', [P, 'size_t', 'int']],
  memcpy: [P, [P, P, 'size_t']],
  socket: ['int', ['int', 'int', 'int']],
  bind: ['int', ['int', P, 'uint32_t']],
  close: ['int', ['int']],
  getsockname: ['int', ['int', P, P]],
  setsockopt: ['int', ['int', 'int', 'int', P, 'uint32_t']],
  getsockopt: ['int', ['int', 'int', 'int', P, P]],
  poll: ['int', [P, 'uint64_t', 'int']],
  usleep: ['int', ['uint32_t']],
  recvmmsg: ['int', ['int', P, 'uint32_t', 'int', P]],
  sendto: ['int64_t', ['int', P, 'size_t', 'int', P, 'uint32_t']],
  listen: ['int', ['int', 'int']],
  accept4: ['int', ['int', P, P, 'int']],
  recv: ['int64_t', ['int', P, 'size_t', 'int']],
  send: ['int64_t', ['int', P, 'size_t', 'int']],
  shutdown: ['int', ['int', 'int']],
  epoll_create1: ['int', ['int']],
  epoll_ctl: ['int', ['int', 'int', 'int', P]],
  epoll_wait: ['int', ['int', P, 'int', 'int']],
  inet_pton: ['int', ['int', 'str', P]],
} as const satisfies Record<string, Signature>;

const OPTIONAL = {
  sendmmsg: ['int', ['int', P, 'uint32_t', 'int']],
} as const satisfies Record<string, Signature>;

export type Libc = Bound<typeof REQUIRED> & Partial<Bound<typeof OPTIONAL>>;

/**
 * Binds the C library's functions.
 *
 * @throws NativeFault `symbols` that names what `library` lacks
 */
export function bindLibc(library: Library): Libc {
  const required = bind(library, REQUIRED);
  if (required.missing.length > 0) {
    throw new NativeFault(
      'symbols',
      `This system's C library lacks ${required.missing.join(', ')}; use a Linux with glibc 2.17 or musl 1.2 or later`,
    );
  }
  return { ...required.functions, ...bind(library, OPTIONAL).functions };
}

let loaded: Libc | undefined;

/** The C library of the running program. */
export function libc(): Libc {
  if (loaded) return loaded;
  requirePlatform();
  loaded = bindLibc(load(null) as Library);
  return loaded;
}

/** The `errno` of the C call made just before. */
export function lastErrno(): number {
  return koffi.errno();
}

/** The field's name of an errno, such as `EADDRINUSE`. */
export function errnoName(errno: number): string {
  return errno > 0 ? getSystemErrorName(-errno) : 'unknown error';
}
