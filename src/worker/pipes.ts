import type { TrackDescription } from '../media/index.js';
import { MediaUnavailable } from '../streams/index.js';
import type { Endpoint, MediaProcess } from './media-process-handle.js';
import { Outlet } from './outlet.js';
import { Pipe } from './pipe.js';
import { PipeTags } from './pipe-tags.js';

/** Time that a pipe stays open without viewers: the next one may come soon, ms. */
const lingerTime = 5000;

interface Stream {
  readonly tracks: readonly TrackDescription[];
  readonly pipes: Map<MediaProcess, Pipe>;
  /** To processes of other kinds. */
  readonly outlets: Set<Outlet>;
}

/**
 * The pipes between media processes, opened when a viewer needs one, one for all viewers of a stream in a process; and the
 * outlets to whoever else reads streams.
 */
export class Pipes {
  private readonly streams = new Map<Endpoint, Stream>();
  readonly tags = new PipeTags();

  constructor(private readonly linger = lingerTime) {}

  /** Pipes and outlets that are open or opening. */
  get size(): number {
    return this.tags.size;
  }

  /** Makes a publisher's stream known; to be told of its end by `drop`. */
  add(publisher: Endpoint, tracks: readonly TrackDescription[]): void {
    this.streams.set(publisher, { tracks, pipes: new Map(), outlets: new Set() });
  }

  /** Forgets a publisher's stream and closes its pipes. */
  drop(publisher: Endpoint): void {
    const stream = this.streams.get(publisher);
    this.streams.delete(publisher);
    for (const pipe of stream?.pipes.values() ?? []) pipe.close();
    for (const outlet of stream?.outlets ?? []) outlet.close();
  }

  /**
   * A way out for a stream, not open yet; it is closed with the stream.
   * @throws MediaUnavailable when the stream is not there any more
   */
  outlet(publisher: Endpoint, onClosed: () => void): Outlet {
    const { outlets } = this.streamOf(publisher);
    const outlet = new Outlet(publisher, this.tags, () => {
      outlets.delete(outlet);
      onClosed();
    });
    outlets.add(outlet);
    return outlet;
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
    const stream = this.streamOf(publisher);
    const pipe = stream.pipes.get(to) ?? this.open(publisher, stream, to);
    pipe.use();
    return pipe;
  }

  /** A viewer has left, or could not come. */
  release(pipe: Pipe): void {
    pipe.users -= 1;
    if (pipe.users === 0) pipe.closeIn(this.linger);
  }

  private streamOf(publisher: Endpoint): Stream {
    const stream = this.streams.get(publisher);
    if (!stream) throw new MediaUnavailable('the stream has ended');
    return stream;
  }

  private open(publisher: Endpoint, stream: Stream, to: MediaProcess): Pipe {
    const tag = this.tags.take();
    const pipe = new Pipe(publisher, to, tag, stream.tracks, () => {
      this.tags.giveBack(tag);
      if (stream.pipes.get(to) === pipe) stream.pipes.delete(to);
    });
    stream.pipes.set(to, pipe);
    return pipe;
  }
}
