import { describe, expect, it } from 'vitest';
import { DerivedTrack } from '../../../src/egress/derived/derived-track.js';
import type { MediaFrame } from '../../../src/media/index.js';
import { depacketizer, ntpToEpochMs } from '../../../src/rtp/index.js';
import { trackOf } from './transcode/source.js';

const frame = (kind: MediaFrame['kind'], time: number, clockRate: number, data: Uint8Array): MediaFrame => ({
  kind,
  key: true,
  time,
  timestamp: (time * clockRate) / 1000 + 2 ** 32,
  data,
  discontinuity: false,
});

/** What comes of a track: packets of RTP and reports, in their order. */
function bench(kind: MediaFrame['kind'], codec: string, clockRate: number, place: number) {
  const rtp: Buffer[] = [];
  const reports: Buffer[] = [];
  const track = DerivedTrack.create(place, trackOf(kind, codec, clockRate), 7, {
    rtp: (bytes) => rtp.push(Buffer.from(bytes)),
    rtcp: (bytes) => reports.push(Buffer.from(bytes)),
  });
  if (!track) throw new Error('no such codec');
  return { track, rtp, reports };
}

describe('a track of a derived stream', () => {
  it('is cut into packets that give its frames back, the last of each with the marker', () => {
    const { track, rtp } = bench('video', 'VP8', 90_000, 1);
    const data = Uint8Array.from({ length: 5000 }, (_, at) => at & 0xff);
    track.send(frame('video', 1000, 90_000, data), 0);
    track.send(frame('video', 1033, 90_000, data), 33);
    expect(rtp.length).toBe(10);
    expect(rtp.map((packet) => packet.readUInt16BE(2))).toEqual(rtp.map((_, place) => place));
    expect(rtp.map((packet) => packet[1])).toEqual([97, 97, 97, 97, 225, 97, 97, 97, 97, 225]);
    expect(new Set(rtp.map((packet) => packet.readUInt32BE(4)))).toEqual(new Set([90_000, 92_970]));
    // Tag 7, place 1, first start.
    expect(new Set(rtp.map((packet) => packet.readUInt32BE(8)))).toEqual(new Set([(7 << 12) | (1 << 6)]));
    expect(Math.max(...rtp.map(({ length }) => length))).toBeLessThanOrEqual(1132);
    const parts = depacketizer('VP8')!;
    for (const packet of rtp.slice(0, 5)) {
      const view = new DataView(packet.buffer, packet.byteOffset, packet.length);
      expect(parts.add({ u8: packet, view }, 12, packet.length - 12)).toBe(true);
    }
    expect(Buffer.from(parts.finish()!).equals(Buffer.from(data))).toBe(true);
  });

  it('tells its clock behind the first frame and once a second, the same time for sound and picture', () => {
    const sound = bench('audio', 'opus', 48_000, 0);
    const picture = bench('video', 'VP8', 90_000, 1);
    for (let time = 0; time <= 2000; time += 20) {
      sound.track.send(frame('audio', time, 48_000, Uint8Array.of(1, 2, 3)), time);
    }
    picture.track.send(frame('video', 500, 90_000, Uint8Array.of(1, 2, 3)), 700);
    expect(sound.rtp[0]![1]).toBe(96);
    const clocks = [...sound.reports, ...picture.reports].map((report) => ({
      at: ntpToEpochMs(report.readUInt32BE(8), report.readUInt32BE(12)) - Date.UTC(2000, 0, 1),
      timestamp: report.readUInt32BE(16),
    }));
    expect(clocks.map(({ timestamp }) => timestamp)).toEqual([0, 48_000, 96_000, 45_000]);
    for (const [place, at] of [0, 1000, 2000, 500].entries()) expect(clocks[place]!.at).toBeCloseTo(at, 3);
    expect(sound.reports.map((report) => report.readUInt32BE(20))).toEqual([1, 51, 101]);
  });

  it('leaves out what cannot be put into packets', () => {
    expect(DerivedTrack.create(0, trackOf('video', 'VP9', 90_000), 7, {} as never)).toBeNull();
    const { track, rtp, reports } = bench('video', 'H264', 90_000, 0);
    track.send(frame('video', 0, 90_000, Uint8Array.of(0, 0, 0, 9, 1)), 0);
    track.send(frame('video', 0, 90_000, new Uint8Array(0)), 0);
    expect([rtp.length, reports.length]).toEqual([0, 0]);
  });
});
