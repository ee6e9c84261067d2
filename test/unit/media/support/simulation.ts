import { Agenda, memoryOf } from '../../../../src/kit/index.js';
import {
  type DownTrackDescription,
  type Feed,
  type MediaSettings,
  Publisher,
  type TrackDescription,
  Viewer,
} from '../../../../src/media/index.js';
import { isRtcp } from '../../../../src/rtp/index.js';
import { FakeSink } from './fake-sink.js';
import { type LinkOptions, LossyLink } from './lossy-link.js';
import { audio, down, serverSsrc, video, withRtx, withTransportCc } from './packets.js';
import { SyntheticPublisher, type SyntheticPublisherOptions } from './synthetic-publisher.js';
import { SyntheticReceiver } from './synthetic-receiver.js';
import { TestMemory } from './test-memory.js';

/** A path in both directions; each gets half of the round trip. */
export interface PathOptions extends Omit<LinkOptions, 'seed' | 'delay'> {
  readonly roundTrip: number;
}

export const defaults: MediaSettings = {
  keyFrameRequestInterval: 1000,
  rtpActivityTimeout: 60_000,
  packetCache: 1024,
  fastStart: true,
  fastStartMaxAge: 3000,
  maxLossDelay: 400,
};

/**
 * A publisher, the server and viewers in virtual time. The server runs as in the media process: what has arrived is
 * read, the feeds flushed, then what is due is done.
 */
export class Simulation {
  now = 1000;
  readonly source: SyntheticPublisher;
  readonly publisher: Publisher;
  readonly viewers: { readonly viewer: Viewer; readonly receiver: SyntheticReceiver }[] = [];
  readonly agenda = new Agenda();
  readonly memory = new TestMemory(24 << 20);
  private readonly links: LossyLink[] = [];
  readonly pending: Feed[] = [];
  readonly tracks: readonly TrackDescription[];

  constructor(options: SyntheticPublisherOptions, up: PathOptions, settings: Partial<MediaSettings> = {}) {
    const { seed, rtx = false } = options;
    this.tracks = [withTransportCc(rtx ? withRtx(video) : video), withTransportCc(audio)];
    const toServer = this.link(seed + 1, up, (bytes, now) => this.fromPublisher(bytes, now));
    const fromServer = this.link(seed + 2, up, (bytes, now) => this.source.onRtcp(bytes, now));
    this.source = new SyntheticPublisher(options, this.now, (bytes, now) => toServer.send(bytes, now));
    const sink = new FakeSink(this.memory, ({ bytes }) => fromServer.send(bytes, this.now));
    const listener = {
      onStarted: () => {},
      onVideoSize: () => {},
      onSilent: () => {},
      onDue: (due: number) => this.agenda.schedule(this.publisher, due),
    };
    const publisher = Publisher.create(
      this.tracks,
      [sink],
      this.memory,
      serverSsrc,
      Buffer.from('abc'),
      { ...defaults, ...settings },
      listener,
      (feed) => this.pending.push(feed),
    );
    if (!publisher) throw new Error('the test memory is too small');
    this.publisher = publisher;
    this.publisher.onConnected(this.now);
    this.agenda.schedule(this.source, this.now);
    this.agenda.schedule(this.publisher, this.now);
  }

  /**
   * Lets a viewer join now.
   * @param changes of what was agreed about its audio
   * @param publisher at the server, or at one that the stream is led to
   */
  join(
    seed: number,
    path: PathOptions,
    changes: Partial<DownTrackDescription> = {},
    publisher = this.publisher,
  ): SyntheticReceiver {
    const toViewer = this.link(seed, path, (bytes, now) => receiver.receive(bytes, now));
    const fromViewer = this.link(seed + 1, path, (bytes, now) =>
      viewer.onRtcp(0, this.memory.arrive(bytes), bytes.length, now),
    );
    const receiver = new SyntheticReceiver(path.roundTrip, (bytes, now) => fromViewer.send(bytes, now));
    const sink = new FakeSink(this.memory, ({ bytes }) => toViewer.send(bytes, this.now));
    const viewer = new Viewer(
      publisher.feed,
      this.tracks.map((track, index) => down(track, index, track.kind === 'audio' ? changes : {})),
      [sink],
      32_700,
      Buffer.from('cname'),
      { onStarted: () => {}, onKeyFrameNeeded: (now, up) => publisher.requestKeyFrame(now, up) },
      defaults.maxLossDelay,
    );
    viewer.onConnected(this.now);
    this.agenda.schedule(viewer, this.now);
    this.agenda.schedule(receiver, this.now);
    this.viewers.push({ viewer, receiver });
    return receiver;
  }

  /** Cuts the publisher off from the server, both ways, or joins them again. */
  cutOff(cut: boolean): void {
    for (const link of this.links.slice(0, 2)) link.cut = cut;
  }

  /** Lets time pass until `end`, from event to event. */
  run(end: number): void {
    for (;;) {
      const due = Math.min(this.agenda.nextDue, ...this.links.map(({ nextDue }) => nextDue));
      if (due > end) break;
      this.now = Math.max(this.now, due);
      for (const link of this.links) link.run(this.now);
      for (const feed of this.pending.splice(0)) feed.flush(this.now);
      this.agenda.run(this.now);
    }
    this.now = end;
  }

  private fromPublisher(bytes: Uint8Array, now: number): void {
    const offset = this.memory.arrive(bytes);
    if (isRtcp(memoryOf(bytes), 0, bytes.length)) this.publisher.onRtcp(0, offset, bytes.length, now);
    else this.publisher.onRtp(0, offset, bytes.length, now);
  }

  link(
    seed: number,
    { roundTrip, ...options }: PathOptions,
    deliver: (bytes: Uint8Array, now: number) => void,
  ): LossyLink {
    const link = new LossyLink({ seed, delay: roundTrip / 2, ...options }, deliver);
    this.links.push(link);
    return link;
  }
}
