import type { Arena, TcpStream } from '../native/index.js';
import { type FlushResult, FrameQueue } from './frame-queue.js';
import { FrameReader } from './frame-reader.js';

/** A binding request with the longest names there can be, rounded up. */
const LONGEST_FIRST_FRAME = 1024;
/** What a datagram may have on UDP. */
const LONGEST_FRAME = 2048;

/** Most bytes that `FrameReader.resume` writes. */
export const MOST_KEPT = LONGEST_FRAME + 2;

/** One TCP connection of a `TcpPort`. */
export class TcpConnection {
  readonly reader: FrameReader;
  readonly #queue: FrameQueue;
  /** Whether something was queued since the last flush. */
  dirty = false;
  /** Whether the kernel has to say first that it takes more. */
  blocked = false;
  closed = false;

  /**
   * @param index and `generation` tell it from the others, those before it with the same index included
   * @param capacity bytes that may wait to be sent
   */
  constructor(
    readonly index: number,
    readonly generation: number,
    readonly stream: TcpStream,
    arena: Arena,
    capacity: number,
  ) {
    this.reader = new FrameReader(arena, LONGEST_FIRST_FRAME);
    this.#queue = new FrameQueue(arena, capacity);
  }

  /** It belongs to somebody: its frames may be as long as any datagram. */
  trust(): void {
    this.reader.allow(LONGEST_FRAME);
  }

  queue(offset: number, length: number): boolean {
    return this.#queue.add(offset, length);
  }

  flush(): FlushResult {
    return this.#queue.flush(this.stream);
  }

  close(): void {
    this.detach().close();
  }

  /** Gives its stream away, and is closed itself. */
  detach(): TcpStream {
    this.closed = true;
    this.reader.close();
    this.#queue.close();
    return this.stream;
  }
}
