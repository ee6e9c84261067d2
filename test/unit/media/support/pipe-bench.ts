import { memoryOf } from '../../../../src/kit/index.js';
import {
  FeedPipe,
  type MediaSettings,
  type MemoryPool,
  type PacketSink,
  Publisher,
  type PublisherListener,
  pipedDescriptions,
  pipeReceiverSsrc,
  type TrackDescription,
} from '../../../../src/media/index.js';
import { isRtcp } from '../../../../src/rtp/index.js';
import { FakeSink } from './fake-sink.js';
import { defaults, type PathOptions, type Simulation } from './simulation.js';

export const tag = 0x9abcd;

/** The far end of a pipe. */
export function farPublisher(
  tracks: readonly TrackDescription[],
  sink: PacketSink,
  memory: MemoryPool,
  listener: PublisherListener,
  onPending: Parameters<typeof Publisher.create>[7],
  settings: MediaSettings = defaults,
): Publisher {
  const ssrc = pipeReceiverSsrc(tag);
  const piped = pipedDescriptions(tracks);
  const made = Publisher.create(
    piped,
    [sink],
    memory,
    ssrc,
    Buffer.from('far'),
    settings,
    listener,
    onPending,
  );
  if (!made) throw new Error('the test memory is too small');
  return made;
}

/** Leads a simulation's stream through a pipe over such a path, from now on. */
export function openPipe(simulation: Simulation, seed: number, path: PathOptions) {
  const { agenda, memory, pending, publisher } = simulation;
  const toFar = simulation.link(seed, path, (bytes, now) => {
    const offset = memory.arrive(bytes);
    if (isRtcp(memoryOf(bytes), 0, bytes.length)) far.onRtcp(0, offset, bytes.length, now);
    else far.onRtp(0, offset, bytes.length, now);
  });
  const toNear = simulation.link(seed + 1, path, (bytes, now) =>
    pipe.onRtcp(memory.arrive(bytes), bytes.length, now),
  );
  const nearSink = new FakeSink(memory, ({ bytes }) => toFar.send(bytes, simulation.now));
  const farSink = new FakeSink(memory, ({ bytes }) => toNear.send(bytes, simulation.now));
  const far: Publisher = farPublisher(
    simulation.tracks,
    farSink,
    memory,
    {
      onStarted: () => {},
      onVideoSize: () => {},
      onSilent: () => {},
      onDue: (due) => agenda.schedule(far, due),
    },
    (feed) => pending.push(feed),
  );
  far.onConnected(simulation.now);
  agenda.schedule(far, simulation.now);
  const pipe = new FeedPipe(publisher.feed, tag, nearSink, {
    onKeyFrameNeeded: (now, up) => publisher.requestKeyFrame(now, up),
  });
  pipe.start(simulation.now);
  agenda.schedule(pipe, simulation.now);
  return { far, pipe, nearSink };
}
