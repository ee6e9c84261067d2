import { randomName, type Timed } from '../../kit/index.js';
import {
  FeedPipe,
  type MediaFrame,
  type MediaSettings,
  type PacketSink,
  Publisher,
  pipedDescriptions,
  pipeReceiverSsrc,
  type TrackDescription,
} from '../../media/index.js';
import type { LoopTimer } from '../intake/loop-timer.js';
import type { PipeSocket } from '../intake/pipe-socket.js';
import type { PipeTransport } from '../intake/pipe-transport.js';
import { DerivedTrack } from './derived-track.js';

/** Where a stream is fed back to: an inlet of a media process. */
export interface DerivedTarget {
  readonly tag: number;
  /** Of loopback. */
  readonly port: number;
  /** By place, as the inlet was opened for them. */
  readonly tracks: readonly TrackDescription[];
}

/**
 * A stream made in this process, on its way to viewers: its frames become packets of a publisher like any other's, which a
 * pipe leads to the media process, repeating what is lost.
 */
export class DerivedStream {
  private readonly transport: PipeTransport;
  private readonly publisher: Publisher;
  private readonly pipe: FeedPipe;
  private readonly tracks: (DerivedTrack | null)[];
  private readonly tasks: readonly Timed[];
  private closed = false;

  /**
   * @param clock ms
   * @throws Error when the memory for packets is exhausted
   */
  constructor(
    { tag, port, tracks }: DerivedTarget,
    socket: PipeSocket,
    settings: MediaSettings,
    private readonly timer: LoopTimer,
    private readonly clock: () => number,
  ) {
    this.transport = socket.transport(tag, port, {
      // Media goes one way.
      onRtp: () => {},
      onRtcp: (offset, length, now) => this.pipe.onRtcp(offset, length, now),
    });
    const { memory } = this.transport;
    const publisher = Publisher.create(
      pipedDescriptions(tracks),
      [silentSink(memory)],
      memory,
      pipeReceiverSsrc(tag),
      Buffer.from(randomName()),
      { ...settings, rtpActivityTimeout: Number.POSITIVE_INFINITY },
      { onStarted: () => {}, onVideoSize: () => {}, onSilent: () => {}, onDue: () => {} },
      () => {},
    );
    if (!publisher) {
      this.transport.close();
      throw new Error('the packet memory is exhausted');
    }
    this.publisher = publisher;
    // No encoder here can be asked for a key frame: they come at intervals.
    this.pipe = new FeedPipe(publisher.feed, tag, this.transport, { onKeyFrameNeeded: () => {} });
    const arrive = (bytes: Uint8Array) => (memory.arrive(bytes) ? bytes.length : 0);
    const taker = {
      rtp: (bytes: Uint8Array) => publisher.onRtp(0, memory.incoming, arrive(bytes), clock()),
      rtcp: (bytes: Uint8Array) => publisher.onRtcp(0, memory.incoming, arrive(bytes), clock()),
    };
    this.tracks = tracks.map((track, place) => DerivedTrack.create(place, track, tag, taker));
    this.tasks = [{ onTime: (now) => publisher.onTime(now) }, { onTime: (now) => this.pipe.onTime(now) }];
    const now = clock();
    publisher.onConnected(now);
    this.pipe.start(now);
    for (const task of this.tasks) timer.schedule(task, now);
  }

  /** @param place of its track */
  send(place: number, frame: MediaFrame): void {
    if (this.closed) return;
    const now = this.clock();
    this.tracks[place]?.send(frame, now);
    this.publisher.feed.flush(now);
  }

  /** Idempotent. */
  close(): void {
    if (this.closed) return;
    this.closed = true;
    for (const task of this.tasks) this.timer.cancel(task);
    this.pipe.close();
    this.publisher.close();
    this.transport.close();
  }
}

/** The source is in this process: it needs no feedback. */
function silentSink(memory: PacketSink['memory']): PacketSink {
  return { memory, connected: true, begin: () => -1, sendRtp: () => 0, sendRtcp: () => 0 };
}
