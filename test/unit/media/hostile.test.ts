import { describe, expect, it } from 'vitest';
import { random } from '../rtp/support.js';
import {
  audio,
  audioSsrc,
  deltaPayload,
  downAudioSsrc,
  downVideoSsrc,
  keyPayload,
  rtpPacket,
  video,
  videoSsrc,
  withTransportCc,
} from './support/packets.js';
import { setUpPublisher } from './support/publisher-bench.js';
import { compound, fir, nack, pli, receiverReport, remb, senderReport } from './support/rtcp.js';

/** Some bytes changed, sometimes the end cut off. */
function mutate(bytes: Uint8Array, next: () => number): Uint8Array {
  const copy = bytes.slice(0, next() < 0.2 ? Math.floor(next() * (bytes.length + 1)) : bytes.length);
  for (let changes = Math.floor(next() * 5); changes > 0 && copy.length > 0; changes -= 1) {
    copy[Math.floor(next() * Math.min(copy.length, 40))] = Math.floor(next() * 256);
  }
  return copy;
}

function pick<T>(from: readonly T[], next: () => number): T {
  return from[Math.floor(next() * from.length)] as T;
}

describe('hostile peers', () => {
  it.each([1, 2, 3, 4])('bring nothing down and nothing out of bounds (seed %d)', (seed) => {
    const next = random(seed);
    const { publisher, arrive, rtcp, flush, sinks, watch, memory } = setUpPublisher([
      withTransportCc(video),
      audio,
    ]);
    const { viewer, sink } = watch();
    const named = [videoSsrc, audioSsrc, downVideoSsrc, downAudioSsrc, 0, 0xffff_ffff];
    let sequence = 0;
    for (let now = 0; now < 6000; now += 1) {
      sequence += next() < 0.02 ? Math.floor(next() * 65_536) : 1;
      const fields = {
        sequence,
        timestamp: Math.floor(next() * 2 ** 32),
        payloadType: pick([102, 111], next),
        ssrc: next() < 0.97 ? videoSsrc : Math.floor(next() * 2 ** 32),
        transportSequence: next() < 0.95 ? now : Math.floor(next() * 65_536),
        payload: next() < 0.1 ? keyPayload(now) : deltaPayload(now, 20 + Math.floor(next() * 100)),
      };
      arrive(mutate(rtpPacket(fields), next), now);
      if (next() < 0.3) flush(now);
      const ssrc = pick(named, next);
      const report = compound(
        pick([pli(ssrc), fir(ssrc), remb(next() * 1e9, ssrc), receiverReport(ssrc)], next),
        senderReport(ssrc, Math.floor(next() * 2 ** 32), Math.floor(next() * 2 ** 32), sequence),
        nack(ssrc, sequence & 0xffff, (sequence + 5) & 0xffff),
      );
      rtcp(mutate(report, next), now);
      const toViewer = mutate(report, next);
      viewer.onRtcp(0, memory.arrive(toViewer), toViewer.length, now);
      if (now % 10 === 0) {
        publisher.onTime(now);
        if (now % 1000 === 0) viewer.onTime(now);
        flush(now);
      }
    }
    // The fake sink throws on a packet index used twice or a byte out of place; and the rest stays in bounds.
    expect(publisher.tracks.reduce((sum, { packets }) => sum + packets, 0)).toBeGreaterThan(1000);
    expect(publisher.keyFrameRequests).toBeLessThanOrEqual(7);
    const forwarded = publisher.tracks.reduce((sum, { packets }) => sum + packets, 0);
    expect(sink.rtp.length).toBeLessThanOrEqual(1.5 * forwarded + (256 * 1024) / 40);
    expect(sinks[0]?.sent.length).toBeLessThan(6000);
  });

  it('get at most half as many bytes more than they would get anyway, whatever they ask for', () => {
    const { sendKey, sendVideo, flush, watch, memory } = setUpPublisher([video]);
    const { viewer, sink } = watch();
    sendKey(0);
    let now = 0;
    for (let sequence = 1; sequence <= 2000; sequence += 1) {
      now += 20;
      sendVideo(sequence, now, { payload: deltaPayload(sequence, 1000) });
      flush(now);
      const last = Array.from({ length: 100 }, (_, index) => (sequence - 99 + index) & 0xffff);
      const flood = nack(downVideoSsrc, ...last);
      const asked = compound(flood, flood, flood);
      viewer.onRtcp(0, memory.arrive(asked), asked.length, now);
    }
    expect(viewer.tracks[0]?.retransmitted).toBeGreaterThan(1200);
    const bytes = sink.rtp.reduce((sum, packet) => sum + packet.bytes.length, 0);
    expect(bytes).toBeLessThanOrEqual(1.5 * 2001 * 1040 + 256 * 1024);
  });
});
