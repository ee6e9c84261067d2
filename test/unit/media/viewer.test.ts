import { describe, expect, it } from 'vitest';
import { type UpTrack, Viewer } from '../../../src/media/index.js';
import { downAudioSsrc, downVideoSsrc, ordinalOf, parsed } from './support/packets.js';
import { compound, fir, nack, pli, RtcpNotes, receiverReport, remb } from './support/rtcp.js';
import { setUpViewer as setUp } from './support/viewer-bench.js';

const seconds = 0xe000_0000;

describe('Viewer', () => {
  it('joins the feed when it is connected, asks for a key frame then, and leaves when it closes', () => {
    const { viewer, feed, events } = setUp({ connect: false });
    expect(feed.readerCount).toBe(0);
    viewer.onConnected(100);
    expect(feed.readerCount).toBe(1);
    expect(events).toEqual(['key frame at 100']);
    viewer.close();
    viewer.close();
    expect(feed.readerCount).toBe(0);
  });

  it('asks for no key frame to hear audio', () => {
    const { events } = setUp({ kinds: ['audio'] });
    expect(events).toEqual([]);
  });

  it('sends each track under its own SSRC and numbering', () => {
    const { sink, publish } = setUp({ firstIndex: 5 });
    publish('audio', 1);
    publish('video', 900, true);
    publish('audio', 2);
    publish('video', 901);
    const sent = sink.rtp.map(({ bytes, index }) => [parsed(bytes).ssrc, index, ordinalOf(bytes)]);
    expect(sent).toEqual([
      [downAudioSsrc, 5, 1],
      [downVideoSsrc, 5, 900],
      [downAudioSsrc, 6, 2],
      [downVideoSsrc, 6, 901],
    ]);
  });

  it('leaves out tracks it does not watch', () => {
    const { sink, publish } = setUp({ kinds: ['audio'] });
    publish('video', 1, true);
    publish('audio', 1);
    expect(sink.rtp.map(({ bytes }) => parsed(bytes).ssrc)).toEqual([downAudioSsrc]);
  });

  it('says once that it has started, and reports as it does', () => {
    const { sink, events, publish, ups } = setUp();
    ups.audio.clock.update(seconds, 0, 0, 0);
    publish('video', 1);
    expect(events).toEqual(['key frame at 0']);
    publish('audio', 1, false, 40);
    publish('audio', 2, false, 60);
    expect(events).toEqual(['key frame at 0', 'started at 40']);
    expect(RtcpNotes.of(sink.sent).senderReports.map(({ ssrc }) => ssrc)).toEqual([downAudioSsrc]);
  });

  it('goes on asking for a key frame until it has one, though nothing else has come', () => {
    const { viewer, events, publish } = setUp({ kinds: ['video'] });
    expect(viewer.onTime(1000)).toBe(2000);
    viewer.onTime(2000);
    expect(events).toEqual(['key frame at 0', 'key frame at 1000', 'key frame at 2000']);
    publish('video', 1, true, 2500);
    viewer.onTime(3000);
    expect(events.slice(3)).toEqual(['started at 2500']);
  });

  it('asks for one when the publisher starts anew', () => {
    const { viewer, events, publish } = setUp({ kinds: ['video'] });
    publish('video', 1, true);
    for (const sequence of [1, 2, 3]) publish('video', sequence, false, 500, 0x99);
    viewer.onTime(1000);
    expect(events.at(-1)).toBe('key frame at 1000');
  });

  it('refuses to be built on a track or transport that is not there', () => {
    const { feed, sink, descriptions } = setUp();
    const build = (changes: { source?: number; transport?: number }) => () =>
      new Viewer(
        feed,
        descriptions.map((track) => ({ ...track, ...changes })),
        [sink],
        0,
        new Uint8Array(3),
        { onStarted: () => {}, onKeyFrameNeeded: () => {} },
      );
    expect(build({ source: 2 })).toThrow(RangeError);
    expect(build({ transport: 1 })).toThrow(RangeError);
  });
});

describe('Viewer: what it is asked for', () => {
  it('passes on PLI and FIR for its video, and none that name something else', () => {
    const { viewer, events, rtcp } = setUp();
    events.length = 0;
    rtcp(pli(downVideoSsrc), 1);
    rtcp(fir(downVideoSsrc), 2);
    rtcp(pli(downAudioSsrc), 3);
    rtcp(pli(0xdead_beef), 4);
    rtcp(fir(0xdead_beef), 5);
    expect(events).toEqual(['key frame at 1', 'key frame at 2']);
    expect(viewer.keyFramesAsked).toBe(2);
  });

  it('sends again what a NACK names, of the track it names', () => {
    const { sink, publish, rtcp } = setUp({ firstIndex: 0xfff });
    for (let sequence = 1; sequence <= 40; sequence += 1) {
      publish('video', sequence, sequence === 1);
      publish('audio', 1000 + sequence);
    }
    sink.sent.length = 0;
    rtcp(nack(downVideoSsrc, 0xfff + 3, 0xfff + 4, 0xfff + 19, 0xfff + 30), 100);
    rtcp(nack(downAudioSsrc, 0xfff + 3), 100);
    rtcp(nack(0xdead_beef, 0xfff + 5), 100);
    expect(sink.rtp.map(({ bytes }) => ordinalOf(bytes))).toEqual([4, 5, 20, 31, 1004]);
  });

  it('sends at most 256 packets for one RTCP packet, whatever it names', () => {
    const { sink, viewer, publish, rtcp } = setUp({ kinds: ['video'] });
    for (let sequence = 0; sequence < 900; sequence += 1) publish('video', sequence, sequence === 0);
    sink.sent.length = 0;
    const all = Array.from({ length: 900 }, (_, index) => index);
    rtcp(nack(downVideoSsrc, ...all), 100);
    expect(sink.rtp).toHaveLength(256);
    rtcp(
      compound(nack(downVideoSsrc, ...all), nack(downVideoSsrc, ...all), nack(downVideoSsrc, ...all)),
      300,
    );
    expect(sink.rtp).toHaveLength(512);
    expect(viewer.tracks[0]?.retransmitted).toBe(512);
  });

  it('notes its estimate and its losses, summed over its tracks', () => {
    const { viewer, rtcp } = setUp();
    rtcp(remb(1_000_000, downVideoSsrc), 0);
    rtcp(compound(receiverReport(downVideoSsrc, { cumulativeLost: 7 })), 0);
    rtcp(receiverReport(downAudioSsrc, { cumulativeLost: -3 }), 0);
    rtcp(receiverReport(0xdead_beef, { cumulativeLost: 1000 }), 0);
    expect(viewer.lost).toBe(7);
    rtcp(receiverReport(downAudioSsrc, { cumulativeLost: 2 }), 0);
    rtcp(receiverReport(downVideoSsrc, { cumulativeLost: 8 }), 0);
    expect(viewer.lost).toBe(10);
    expect(viewer.estimate).toBe(1_000_000);
  });

  it('notes how much of its video was lost lately, of audio only where that is all', () => {
    const { viewer, rtcp } = setUp();
    rtcp(receiverReport(downVideoSsrc, { highestSequence: 100, cumulativeLost: 0 }), 0);
    rtcp(receiverReport(downVideoSsrc, { highestSequence: 200, cumulativeLost: 25 }), 0);
    rtcp(receiverReport(downAudioSsrc, { highestSequence: 300, cumulativeLost: 150 }), 0);
    expect(viewer.lossRate).toBe(0.25);
    const alone = setUp({ kinds: ['audio'] });
    alone.rtcp(receiverReport(downAudioSsrc, { highestSequence: 100 }), 0);
    alone.rtcp(receiverReport(downAudioSsrc, { highestSequence: 200, cumulativeLost: 50 }), 0);
    expect(alone.viewer.lossRate).toBe(0.5);
  });

  it('counts what is malformed or from nowhere', () => {
    const { viewer, memory, rtcp } = setUp();
    const whole = pli(downVideoSsrc);
    for (let length = 0; length < whole.length; length += 1) rtcp(whole.subarray(0, length), 0);
    expect(viewer.dropped).toBe(whole.length);
    viewer.onRtcp(7, memory.arrive(whole), whole.length, 0);
    expect(viewer.dropped).toBe(whole.length + 1);
    expect(viewer.keyFramesAsked).toBe(0);
  });
});

describe('Viewer: reports', () => {
  it('are not sent before there is something to say', () => {
    const { viewer, sink, ups, publish } = setUp();
    viewer.onTime(1000);
    publish('audio', 1, false, 1100);
    viewer.onTime(2000);
    expect(sink.rtcp).toEqual([]);
    ups.video.clock.update(seconds, 0, 0, 2000);
    viewer.onTime(3000);
    expect(sink.rtcp).toEqual([]);
    ups.audio.clock.update(seconds, 0, 0, 3000);
    viewer.onTime(4000);
    const { senderReports } = RtcpNotes.of(sink.rtcp);
    expect(senderReports).toMatchObject([{ ssrc: downAudioSsrc, packets: 1, octets: 40 }]);
  });

  it('carry the canonical name, also the longest there is', () => {
    const cname = new Uint8Array(255).fill(0x61);
    const { viewer, sink, ups, publish } = setUp({ cname });
    ups.audio.clock.update(seconds, 0, 0, 0);
    publish('audio', 1);
    viewer.onTime(1000);
    expect(sink.rtcp).toHaveLength(2);
    for (const { bytes } of sink.rtcp) expect(Buffer.from(bytes).includes(Buffer.from(cname))).toBe(true);
  });

  it('wait when the send queue is full', () => {
    const { viewer, sink, ups, publish } = setUp();
    ups.audio.clock.update(seconds, 0, 0, 0);
    publish('audio', 1);
    sink.sent.length = 0;
    sink.full = true;
    expect(viewer.onTime(1000)).toBe(2000);
    expect(sink.sent).toEqual([]);
  });

  it('keep audio and video as far apart as the publisher’s clocks have them', () => {
    const { viewer, sink, ups, publish } = setUp({ timestamps: true });
    // The publisher restarts its video, so that the viewer's timestamps differ from the publisher's.
    publish('video', 1, true, 0);
    for (const sequence of [1, 2, 3]) publish('video', sequence, false, 500, 0x99);
    expect(viewer.tracks[0]?.timestampDelta).toBe(0);
    // At NTP seconds + 0.25 the audio clock shows 48,000, at + 0.75 the video clock 4,294,960,000.
    ups.audio.clock.update(seconds, 0x4000_0000, 48_000, 1000);
    ups.video.clock.update(seconds, 0xc000_0000, 4_294_960_000, 1490);
    publish('audio', 2, false, 1500);
    publish('video', 4, true, 1500, 0x99);
    expect(viewer.tracks[0]?.timestampDelta).not.toBe(0);
    sink.sent.length = 0;
    publish('audio', 3, false, 1600);
    publish('video', 5, false, 1600, 0x99);
    viewer.onTime(2000);
    const { senderReports } = RtcpNotes.of(sink.sent);
    expect(senderReports).toHaveLength(2);
    const published: Record<number, UpTrack> = { [downAudioSsrc]: ups.audio, [downVideoSsrc]: ups.video };
    const rates: Record<number, number> = { [downAudioSsrc]: 48_000, [downVideoSsrc]: 90_000 };
    for (const { bytes } of sink.rtp) {
      const packet = parsed(bytes);
      const report = senderReports.find(({ ssrc }) => ssrc === packet.ssrc);
      if (!report) throw new Error('a track without a report');
      const rate = rates[packet.ssrc] as number;
      const ntpOf = (timestamp: number, at: { ntp: number; rtp: number }) =>
        at.ntp + ((timestamp - at.rtp) | 0) / rate;
      const shown = ntpOf(packet.timestamp, {
        ntp: report.ntpSeconds - seconds + report.ntpFraction / 2 ** 32,
        rtp: report.rtpTimestamp,
      });
      const { cache } = published[packet.ssrc] as UpTrack;
      const sent = cache.timestamp(cache.find(65_536 + ordinalOf(bytes)));
      const made =
        packet.ssrc === downAudioSsrc
          ? ntpOf(sent, { ntp: 0.25, rtp: 48_000 })
          : ntpOf(sent, { ntp: 0.75, rtp: 4_294_960_000 });
      expect(shown).toBeCloseTo(made, 4);
    }
  });

  it('measure the round trip by the echo of any of its tracks', () => {
    for (const kind of ['audio', 'video'] as const) {
      const { viewer, sink, ups, publish, rtcp } = setUp();
      publish('video', 1, true);
      publish('audio', 1);
      ups.audio.clock.update(seconds, 12_345, 1, 0);
      ups.video.clock.update(seconds + 3, 0x7777_0000, 1, 0);
      sink.sent.length = 0;
      viewer.onTime(1000);
      const ssrc = kind === 'audio' ? downAudioSsrc : downVideoSsrc;
      const report = RtcpNotes.of(sink.sent).senderReports.find((one) => one.ssrc === ssrc);
      const echo = (((report?.ntpSeconds ?? 0) << 16) | ((report?.ntpFraction ?? 0) >>> 16)) >>> 0;
      viewer.onTime(2000);
      rtcp(receiverReport(ssrc, { lastSenderReport: echo, delaySinceLastSenderReport: 65_536 * 1.2 }), 2230);
      expect(viewer.roundTrip).toBeCloseTo(30, 0);
    }
  });

  it('believe no echo of another source', () => {
    const { viewer, rtcp } = setUp();
    rtcp(receiverReport(0xdead_beef, { lastSenderReport: 5 }), 100);
    rtcp(receiverReport(downVideoSsrc, { lastSenderReport: 5 }), 100);
    expect(viewer.roundTrip).toBe(100);
  });
});
