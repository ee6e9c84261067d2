import { Agenda } from '../../../../src/kit/index.js';
import {
  type Feed,
  FrameReader,
  type MediaFrame,
  Publisher,
  type TrackDescription,
} from '../../../../src/media/index.js';
import { ntpFraction, ntpSeconds } from '../../../../src/rtp/index.js';
import { FakeSink } from './fake-sink.js';
import { FrameSource, type TestCodec } from './frame-source.js';
import { LossyLink } from './lossy-link.js';
import { serverSsrc } from './packets.js';
import { RtcpNotes, senderReport } from './rtcp.js';
import { defaults, type PathOptions } from './simulation.js';
import { TestMemory } from './test-memory.js';

/** What a publisher's wall clock shows at 0, Unix time in ms. */
export const wallClock = 1_800_000_000_000;

export interface Given extends MediaFrame {
  /** ms */
  readonly at: number;
}

/** A publisher and a reader of its frames in virtual time, which begins at 0. */
export function setUpFrames(
  tracks: readonly TrackDescription[],
  onFrame: (frame: MediaFrame) => void = () => {},
) {
  const memory = new TestMemory(24 << 20);
  const sink = new FakeSink(memory);
  const agenda = new Agenda();
  const pending: Feed[] = [];
  const frames: Given[] = [];
  /** When a key frame was asked for, ms, and of which up track. */
  const asked: (readonly [number, number])[] = [];
  let now = 0;
  const made = Publisher.create(
    tracks,
    [sink],
    memory,
    serverSsrc,
    Buffer.from('abc'),
    defaults,
    {
      onStarted: () => {},
      onVideoSize: () => {},
      onSilent: () => {},
      onDue: (due) => agenda.schedule(publisher, due),
    },
    (feed) => pending.push(feed),
  );
  const publisher = made as Publisher;
  publisher.onConnected(now);
  agenda.schedule(publisher, now);
  const reader = new FrameReader(
    publisher.feed,
    (frame) => {
      frames.push({ ...frame, at: now });
      onFrame(frame);
    },
    (at, up) => {
      asked.push([at, up.index]);
      publisher.requestKeyFrame(at, up);
    },
    (due) => agenda.schedule(reader, due),
  );
  reader.start();

  const run = (until: number) => {
    while (agenda.nextDue <= until) {
      now = Math.max(now, agenda.nextDue);
      agenda.run(now);
    }
    now = until;
  };
  /** What arrives in one turn of the loop. */
  const arrive = (packets: readonly Uint8Array[], at = now) => {
    run(at);
    for (const bytes of packets) publisher.onRtp(0, memory.arrive(bytes), bytes.length, at);
    for (const feed of pending.splice(0)) feed.flush(at);
  };
  /** A sender report that arrives now. @param clock of the publisher, Unix time in ms */
  const report = (ssrc: number, clock: number, timestamp: number) => {
    const bytes = senderReport(ssrc, ntpSeconds(clock), ntpFraction(clock), timestamp >>> 0);
    publisher.onRtcp(0, memory.arrive(bytes), bytes.length, now);
  };
  /** What the publisher was told since the last call. */
  const told = () => RtcpNotes.of(sink.sent.splice(0));
  return { publisher, reader, agenda, frames, asked, memory, sink, run, arrive, report, told };
}

type Bench = ReturnType<typeof setUpFrames>;

/** One frame of a source, at once. */
export function sendFrame({ arrive }: Bench, source: FrameSource, at: number, key = false): void {
  arrive(source.frame(key), at);
}

/** The first frame of a source, a key frame, and behind its first packet what the publisher's clock shows, as by a pipe. */
export function beginFrames(
  { arrive, report }: Bench,
  source: FrameSource,
  at: number,
  clock = wallClock + at,
): void {
  const [first, ...rest] = source.frame(true);
  arrive([first as Uint8Array], at);
  report(source.ssrc, clock, source.firstTimestamp);
  arrive(rest, at);
}

/** Plays frames of a codec over a lossy path, whose NACK are answered; a key frame every `keyEvery`. */
export function playFrames(codec: TestCodec, seed: number, path: PathOptions, count: number, keyEvery = 30) {
  const { roundTrip, ...options } = path;
  const bench = setUpFrames([codec.description]);
  const source = new FrameSource(codec, seed);
  const interval = (1000 * codec.step) / codec.description.codec.clockRate;
  const arrived: Uint8Array[] = [];
  const link = (nth: number, take: (bytes: Uint8Array, now: number) => void) =>
    new LossyLink({ seed: seed + nth, delay: roundTrip / 2, ...options }, take);
  const toServer = link(1, (bytes) => arrived.push(bytes));
  const toSource = link(2, (bytes, now) => {
    const notes = new RtcpNotes();
    notes.read(bytes);
    for (const { sequence } of notes.nacks) {
      const packet = source.again(sequence);
      if (packet) toServer.send(packet, now);
    }
  });
  for (let now = 0; now < count * interval + 3000; now += 1) {
    while (source.frames.length < count && source.frames.length * interval <= now) {
      const key = source.frames.length % keyEvery === 0;
      for (const packet of source.frame(key)) toServer.send(packet, now);
      if (source.frames.length === 1) bench.report(source.ssrc, wallClock, source.firstTimestamp);
    }
    toServer.run(now);
    bench.arrive(arrived.splice(0), now);
    for (const { bytes } of bench.sink.sent.splice(0)) toSource.send(bytes, now);
    toSource.run(now);
  }
  return { ...bench, source };
}
