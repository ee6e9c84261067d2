import { DownTrack } from '../../../../src/media/down-track.js';
import { PacketCache, type TrackDescription, UpTrack } from '../../../../src/media/index.js';
import { FakeSink } from './fake-sink.js';
import {
  arriving,
  deltaPayload,
  down,
  keyPayload,
  ordinalOf,
  type PacketFields,
  parsed,
  rtpPacket,
  video,
} from './packets.js';
import { TestMemory } from './test-memory.js';

const ignore = () => {};
const listener = { onKeyFrame: ignore, onSize: ignore, onBroken: ignore, onRestart: ignore };

/** A down track on an up track, published packet by packet; unless `watching`, nothing is forwarded before `watch()`. */
export function setUpDownTrack({
  description = video as TrackDescription,
  firstIndex = 1000,
  capacity = 64,
  fastStartMaxAge = 0,
  watching = true,
} = {}) {
  const memory = new TestMemory(4 << 20);
  const up = new UpTrack(
    0,
    description,
    PacketCache.create(memory, capacity) as PacketCache,
    listener,
    fastStartMaxAge,
  );
  const sink = new FakeSink(memory);
  const track = new DownTrack(down(description, 0), up, sink, firstIndex);
  let forwarding = watching;
  const watch = () => {
    forwarding = true;
  };
  /** A packet whose payload ends in its sequence number. */
  const publish = (fields: PacketFields, now = 0) => {
    const payload = deltaPayload(fields.sequence as number, 40);
    const slot = up.receive(arriving(memory, rtpPacket({ payload, ...fields })), now);
    if (slot >= 0 && forwarding) track.forward(slot, now, 0);
  };
  const publishKey = (fields: PacketFields, now = 0) =>
    publish({ ...fields, payload: keyPayload(fields.sequence as number) }, now);
  /** What went out since the last call, as index, timestamp and the publisher's sequence number. */
  const taken = () =>
    sink.sent
      .splice(0)
      .map(({ bytes, index }) => [index, parsed(bytes).timestamp, ordinalOf(bytes)] as const);
  return { memory, up, sink, track, publish, publishKey, taken, watch };
}
