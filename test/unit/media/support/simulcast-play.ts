import { ntpFraction, ntpSeconds } from '../../../../src/rtp/index.js';
import type { LimitedPath } from './limited-path.js';
import { downVideoSsrc } from './packets.js';
import { receiverReport, remb, senderReport } from './rtcp.js';
import { type Got, type Rid, setUpSimulcast, simulcastVp9 } from './simulcast-bench.js';
import type { Vp9Form } from './vp9-payload.js';

const frameTime = 1000 / 30;
/** Payload of a packet by encoding: what a viewer gets is known by it. */
export const sizeOf: Readonly<Record<Rid, number>> = { q: 300, h: 700, f: 1100 };
/** Packets of a picture, so that q takes 72, h 336 and f 1056 kbit/s. */
const packetsOf: Readonly<Record<Rid, number>> = { q: 1, h: 2, f: 4 };
/** Temporal layers as libvpx makes three: the layer, and whether it can be entered. */
const pattern = [
  [0, false],
  [2, true],
  [1, true],
  [2, false],
] as const;
const wall = 1_800_000_000_000;

export interface PlayOptions {
  readonly until: number;
  readonly path?: LimitedPath;
  readonly size?: { readonly width?: number; readonly height?: number };
  /** Which encodings are sent at a time; all by default. */
  readonly sends?: (rid: Rid, now: number) => boolean;
  readonly temporal?: boolean;
  /** Whether the publisher sends sender reports. */
  readonly reports?: boolean;
  /** VP9 in this form; without it VP8. */
  readonly vp9?: Vp9Form;
}

/** Plays three encodings to one viewer. */
export function playSimulcast({ until, path, size, sends, temporal, reports = true, vp9 }: PlayOptions) {
  const bench = vp9 ? setUpSimulcast(simulcastVp9, vp9) : setUpSimulcast();
  const { sources, send, told, watch, rtcp, memory } = bench;
  const rids: readonly Rid[] = ['q', 'h', 'f'];
  const wanted = new Set<number>([1, 2, 3]);
  const got: Got[] = [];
  const seen: { readonly at: number; readonly rid: Rid; readonly packet: Got }[] = [];
  let player: ReturnType<typeof watch> | null = null;
  let nextDue = 0;
  for (let frame = 0; frame * frameTime < until; frame += 1) {
    const now = frame * frameTime;
    for (const ssrc of told().plis) wanted.add(ssrc);
    for (const rid of rids) {
      if (sends && !sends(rid, now)) continue;
      const { ssrc } = sources[rid].options;
      const key = wanted.delete(ssrc);
      const [temporalId, sync] = temporal && !key ? (pattern[frame % 4] as (typeof pattern)[0]) : [0, false];
      send(rid, now, { key, temporalId, sync, packets: packetsOf[rid], size: sizeOf[rid] });
      if (reports && frame % 30 === 5)
        rtcp(
          senderReport(ssrc, ntpSeconds(wall + now), ntpFraction(wall + now), sources[rid].timestampAt(now)),
          now,
        );
    }
    bench.publisher.onTime(now);
    if (frame === 20) player = watch(now, size);
    if (!player) continue;
    const { viewer, taken } = player;
    if (now >= nextDue) nextDue = viewer.onTime(now);
    for (const packet of taken()) {
      if (path && !path.send(packet.length + 40, now)) continue;
      got.push(packet);
      const rid = rids.find((one) => sizeOf[one] === packet.length) ?? 'q';
      seen.push({ at: now, rid, packet });
    }
    const loss = path?.report(now) ?? null;
    if (!path || loss === null) continue;
    const say = (bytes: Uint8Array) => viewer.onRtcp(0, memory.arrive(bytes), bytes.length, now);
    say(receiverReport(downVideoSsrc, { fractionLost: Math.floor(loss * 256) }));
    if (path.estimate > 0) say(remb(Math.round(path.estimate), downVideoSsrc));
  }
  /** The encodings in the order they were seen, with the time of each change. */
  const changes = seen
    .filter(({ rid }, index) => rid !== seen[index - 1]?.rid)
    .map(({ rid, at }) => ({ rid, at }));
  return { bench, got, seen, changes };
}

/** What is wrong with what a viewer got without loss: numbers, times and picture ids must go on without a break. */
export function faultsOf(got: readonly Got[]): string[] {
  const faults: string[] = [];
  for (const [place, packet] of got.entries()) {
    const before = got[place - 1];
    if (!before) continue;
    const where = `packet ${packet.index}`;
    if (packet.index !== before.index + 1) faults.push(`${where} follows ${before.index}`);
    const step = (packet.timestamp - before.timestamp) | 0;
    if (!before.marker) {
      if (step !== 0 && packet.pictureId === before.pictureId)
        faults.push(`${where}: ${step} within a picture`);
      continue;
    }
    if (step <= 0) faults.push(`${where}: time goes ${step}`);
    if (step > 90 * 300) faults.push(`${where}: time jumps by ${step}`);
    if (packet.pictureId !== ((before.pictureId + 1) & 0x7fff))
      faults.push(`${where}: picture ${packet.pictureId} follows ${before.pictureId}`);
    const tl0 = (before.tl0 + (packet.temporalId === 0 ? 1 : 0)) & 0xff;
    if (packet.tl0 !== tl0) faults.push(`${where}: TL0PICIDX ${packet.tl0} follows ${before.tl0}`);
  }
  return faults;
}
