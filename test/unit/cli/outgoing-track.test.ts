import { afterEach, expect, it, vi } from 'vitest';
import { OutgoingStream } from '../../../src/cli/publish/outgoing-stream.js';
import type { MediaConnection } from '../../../src/client/index.js';
import { memoryOf } from '../../../src/kit/index.js';
import { RtpPacket } from '../../../src/rtp/index.js';

afterEach(() => {
  vi.useRealTimers();
});

/** A connection that keeps what would be sealed. */
function connection() {
  const memory = Object.assign(memoryOf(new Uint8Array(1 << 16)), { require: () => 4096 });
  const rtp: { index: number; bytes: Buffer }[] = [];
  const rtcp: Buffer[] = [];
  const sink = {
    memory,
    begin: () => 0,
    sendRtp: (header: number, headerLength: number, payload: number, length: number, index: number) => {
      const parts = [
        memory.u8.slice(header, header + headerLength),
        memory.u8.slice(payload, payload + length),
      ];
      rtp.push({ index, bytes: Buffer.concat(parts) });
    },
    sendRtcp: (at: number, length: number) => rtcp.push(Buffer.from(memory.u8.slice(at, at + length))),
  };
  return { sink: sink as unknown as MediaConnection, rtp, rtcp };
}

const plan = {
  target: { video: null, audio: null, loop: false },
  video: { codec: 'H264' as const, fmtp: '' },
  hasAudio: true,
};
/** A picture of two packets. */
const picture = Buffer.concat([Buffer.from([0, 0, 7, 0xd1, 0x65]), Buffer.alloc(2000, 7)]);

it('numbers packets within the first cycle, and times them by the clock of their codec', () => {
  const { sink, rtp } = connection();
  const stream = new OutgoingStream(sink, plan);
  const packets = () =>
    rtp.map(({ bytes, index }) => {
      const packet = new RtpPacket();
      expect(packet.parse(memoryOf(bytes), 0, bytes.length)).toBe(true);
      expect(packet.sequenceNumber).toBe(index);
      return packet;
    });
  stream.send({ kind: 'video', key: true, time: 1000, data: picture });
  stream.send({ kind: 'video', key: false, time: 1040, data: picture });
  const [first, second, third] = packets();
  expect(rtp[0]!.index).toBeLessThan(32_768);
  expect(rtp.map(({ index }) => index - rtp[0]!.index)).toEqual([0, 1, 2, 3]);
  expect([first!.marker, second!.marker]).toEqual([false, true]);
  expect((third!.timestamp - first!.timestamp) >>> 0).toBe(3600);
  expect(first!.payloadType).toBe(96);
});

it('sends again what is asked for, byte by byte the same, and nothing else', () => {
  const { sink, rtp } = connection();
  const stream = new OutgoingStream(sink, plan);
  for (let time = 0; time < 200; time += 20) stream.send({ kind: 'video', key: false, time, data: picture });
  const sent = rtp.splice(0);
  const { ssrc } = stream.tracks[1]!;
  const first = sent[0]!.index;
  stream.onNack(1, ssrc, first + 2, 0b101);
  expect(rtp).toEqual([sent[2], sent[3], sent[5]]);
  rtp.length = 0;
  stream.onNack(1, ssrc, (first + 900) & 0xffff, 0xffff);
  stream.onNack(1, ssrc + 1, first, 0);
  expect(rtp).toEqual([]);
  expect(stream.tracks[1]!.repeated).toBe(3);
});

it('says which timestamp belongs to which time of day', () => {
  const { sink, rtp, rtcp } = connection();
  const stream = new OutgoingStream(sink, plan);
  stream.send({ kind: 'audio', key: true, time: 500, data: new Uint8Array(10) });
  stream.tracks[0]!.report(1500, Date.UTC(1970, 0, 1, 0, 0, 1));
  const [report] = rtcp;
  expect(report!.readUInt32BE(8)).toBe(2_208_988_801);
  expect((report!.readUInt32BE(16) - rtp[0]!.bytes.readUInt32BE(4)) >>> 0).toBe(48_000);
  expect([report!.readUInt32BE(20), report!.readUInt32BE(24)]).toEqual([1, 10]);
});

it('answers what the server measures the round trip with, once it has been asked', () => {
  vi.useFakeTimers();
  const { sink, rtcp } = connection();
  const stream = new OutgoingStream(sink, plan);
  stream.start(() => 0);
  vi.advanceTimersByTime(1000);
  expect(rtcp.map(({ length }) => length)).toEqual([48, 48]);
  stream.onReceiverReferenceTime(0xcafe0001, 0xb44db705, 0x20000000);
  vi.advanceTimersByTime(1000);
  for (const [index, report] of rtcp.slice(2).entries()) {
    const answer = report.subarray(48).toString('hex');
    const own = stream.tracks[index]!.ssrc.toString(16).padStart(8, '0');
    expect(answer).toBe(`80cf0005${own}05000003cafe0001b705200000010000`);
  }
  expect(rtcp).toHaveLength(4);
  stream.close();
});
