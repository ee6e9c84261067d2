import { randomUint32 } from '../kit/index.js';
import type { TrackDescription } from '../media/index.js';
import { MediaUnavailable } from '../streams/index.js';
import type { Endpoint, MediaProcess } from './media-process-handle.js';
import { Pipe } from './pipe.js';

/** Time that a pipe stays open without viewers: the next one may come soon, ms. */
const lingerTime = 5000;
/** Tags have 20 bits (`pipeSsrc`); 0 is none. */
const tagLimit = 2 ** 20;

interface Stream {
  readonly tracks: readonly TrackDescription[];
  readonly pipes: Map<MediaProcess, Pipe>;
}

/** The pipes between media processes: opened when a viewer needs one, one for all viewers of a stream in a process. */
export class Pipes {
  private readonly streams = new Map<Endpoint, Stream>();
  private readonly tags = new Set<number>();

  constructor(private readonly linger = lingerTime) {}

  /** Pipes that are open or opening. */
  get size(): number {
    return this.tags.size;
  }

  /** Makes a publisher's stream known; to be told of its end by `drop`. */
  add(publisher: Endpoint, tracks: readonly TrackDescription[]): void {
    this.streams.set(publisher, { tracks, pipes: new Map() });
  }

  /** Forgets a publisher's stream and closes its pipes. */
  drop(publisher: Endpoint): void {
    const stream = this.streams.get(publisher);
    this.streams.delete(publisher);
    for (const pipe of stream?.pipes.values() ?? []) pipe.close();
  }

  /** The processes that a stream is led to. */
  carriers(publisher: Endpoint): MediaProcess[] {
    return [...(this.streams.get(publisher)?.pipes.keys() ?? [])];
  }

  /**
   * The pipe of a stream to a process, opened if need be, in use from now on: to be given back by `release`.
   * @throws MediaUnavailable when the stream is not there any more
   */
  use(publisher: Endpoint, to: MediaProcess): Pipe {
    const stream = this.streams.get(publisher);
    if (!stream) throw new MediaUnavailable('the stream has ended');
    const pipe = stream.pipes.get(to) ?? this.open(publisher, stream, to);
    pipe.use();
    return pipe;
  }

  /** A viewer has left, or could not come. */
  release(pipe: Pipe): void {
    pipe.users -= 1;
    if (pipe.users === 0) pipe.closeIn(this.linger);
  }

  private open(publisher: Endpoint, stream: Stream, to: MediaProcess): Pipe {
    const tag = this.freshTag();
    const pipe = new Pipe(publisher, to, tag, stream.tracks, () => {
      this.tags.delete(tag);
      if (stream.pipes.get(to) === pipe) stream.pipes.delete(to);
    });
    stream.pipes.set(to, pipe);
    return pipe;
  }

  /** Random, so that what is still on its way for a pipe that was closed is not taken for another one's. */
  private freshTag(): number {
    let tag = 0;
    while (tag === 0 || this.tags.has(tag)) tag = randomUint32() % tagLimit;
    this.tags.add(tag);
    return tag;
  }
}
