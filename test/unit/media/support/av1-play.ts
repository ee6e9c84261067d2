import type { DownTrackDescription } from '../../../../src/media/index.js';
import { DependencyDescriptor } from '../../../../src/rtp/index.js';
import { Av1Source, av1, descriptorId, type modes } from './av1-source.js';
import { downVideoSsrc, parsed } from './packets.js';
import { remb } from './rtcp.js';
import { setUpSimulcast } from './simulcast-bench.js';

/** A packet as the viewer got it. */
export interface Av1Got {
  readonly at: number;
  readonly index: number;
  readonly timestamp: number;
  readonly marker: boolean;
  /** Of its descriptor; -1 without. */
  readonly frameNumber: number;
  readonly spatialId: number;
  readonly temporalId: number;
  readonly hasStructure: boolean;
  readonly endsFrame: boolean;
  readonly length: number;
}

export interface Av1PlayOptions {
  readonly until: number;
  readonly changes?: Partial<DownTrackDescription>;
  readonly joinAt?: number;
  /** The viewer's estimate at a time, bit/s; 0 for none. */
  readonly estimate?: (now: number) => number;
  /** Called before each picture. */
  readonly before?: (now: number, source: Av1Source) => Av1Source;
}

export const frameTime = 1000 / 30;

/** Plays a mode of AV1 to one viewer: what it got, and how often a key frame was asked for. */
export function playAv1(name: keyof typeof modes, options: Av1PlayOptions) {
  const { until, changes, joinAt = 100, estimate, before } = options;
  const bench = setUpSimulcast(av1);
  const { arrive, flush, told, watch, memory, publisher } = bench;
  const reader = new DependencyDescriptor();
  const got: Av1Got[] = [];
  let source = new Av1Source(name);
  let player: ReturnType<typeof watch> | null = null;
  let wantsKey = true;
  let keys = 0;
  for (let frame = 0; frame * frameTime < until; frame += 1) {
    const now = frame * frameTime;
    wantsKey ||= told().plis.length > 0;
    const next = before?.(now, source) ?? source;
    wantsKey ||= next !== source;
    source = next;
    keys += wantsKey ? 1 : 0;
    for (const bytes of source.next(Math.round(now * 90) + 5000, wantsKey)) arrive(bytes, now);
    wantsKey = false;
    flush(now);
    publisher.onTime(now);
    if (!player && now >= joinAt) player = watch(now, changes);
    if (!player) continue;
    const rate = estimate?.(now) ?? 0;
    if (rate > 0 && frame % 15 === 0) {
      const bytes = remb(rate, downVideoSsrc);
      player.viewer.onRtcp(0, memory.arrive(bytes), bytes.length, now);
    }
    player.viewer.onTime(now);
    for (const { bytes, index, isRtcp } of player.sink.sent.splice(0)) {
      if (isRtcp) continue;
      got.push(describe(reader, bytes, index, now));
    }
  }
  return { bench, got, keys, source };
}

function describe(reader: DependencyDescriptor, bytes: Uint8Array, index: number, at: number): Av1Got {
  const packet = parsed(bytes);
  const { timestamp, marker, payloadLength: length } = packet;
  const found = packet.findExtension(descriptorId);
  const read = found >= 0 && reader.read(packet.memory, found, packet.elementLength);
  return {
    at,
    index,
    timestamp,
    marker,
    frameNumber: read ? reader.frameNumber : -1,
    spatialId: read ? reader.spatialId : -1,
    temporalId: read ? reader.temporalId : -1,
    hasStructure: read && reader.hasStructure,
    endsFrame: read && reader.endsFrame,
    length,
  };
}

/** What a decoder would complain of: gaps in numbers, missing references, pictures without an end. */
export function faultsOf(got: readonly Av1Got[], { frames }: Av1Source): string[] {
  const faults: string[] = [];
  const received = new Set<number>();
  for (const [place, packet] of got.entries()) {
    const before = got[place - 1];
    if (before && packet.index !== before.index + 1) faults.push(`${packet.index} follows ${before.index}`);
    if (before && before.marker !== (packet.timestamp !== before.timestamp))
      faults.push(`${before.index}: marker ${before.marker}, then ${packet.timestamp - before.timestamp}`);
    const frame = frames.get(packet.frameNumber);
    for (const reference of frame?.references ?? []) {
      if (!received.has(reference)) faults.push(`frame ${packet.frameNumber} lacks ${reference}`);
    }
    if (packet.endsFrame) received.add(packet.frameNumber);
  }
  return faults;
}
