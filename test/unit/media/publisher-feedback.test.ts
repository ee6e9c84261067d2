import { describe, expect, it } from 'vitest';
import {
  audio,
  audioSsrc,
  rtpPacket,
  serverCname,
  video,
  videoSsrc,
  withTransportCc,
} from './support/packets.js';
import { setUpPublisher as setUp } from './support/publisher-bench.js';
import { compound, pli, senderReport } from './support/rtcp.js';

const silent = { nack: false, pli: false, fir: false, remb: false, transportCc: false };

describe('Publisher: receiver reports', () => {
  it('tell once a second of every track that has come, in one packet', () => {
    const { publisher, sendVideo, sendAudio, told, sinks, rtcp } = setUp();
    publisher.onTime(1000);
    expect(sinks[0]?.sent).toEqual([]);
    sendVideo(65_534, 1000);
    sendVideo(65_535, 1010);
    sendVideo(1, 1020);
    rtcp(senderReport(videoSsrc, 0x1111_2222, 0x3333_4444, 5), 1500);
    rtcp(senderReport(0xdead_beef, 0x9999_9999, 0x9999_9999, 5), 1600);
    publisher.onTime(1990);
    told();
    publisher.onTime(2000);
    expect(sinks[0]?.sent).toHaveLength(1);
    const block = { jitter: 0, delaySinceLastSenderReport: 0, lastSenderReport: 0 };
    expect(told().blocks).toEqual([
      {
        ssrc: videoSsrc,
        fractionLost: 64,
        cumulativeLost: 1,
        highestSequence: 0x1_0001,
        jitter: expect.any(Number),
        lastSenderReport: 0x2222_3333,
        delaySinceLastSenderReport: 32_768,
      },
    ]);
    sendAudio(100, 2500);
    sendVideo(0, 2500);
    publisher.onTime(2999);
    publisher.onTime(3000);
    expect(told().blocks).toMatchObject([
      { ssrc: videoSsrc, cumulativeLost: 0, fractionLost: 0 },
      { ...block, ssrc: audioSsrc, highestSequence: 100 },
    ]);
  });

  it('go to each transport for its own tracks', () => {
    const { publisher, sendVideo, sendAudio, told } = setUp([video, { ...audio, transport: 1 }]);
    sendVideo(1, 0, {}, 0);
    publisher.onTime(1000);
    expect(told(0).blocks.map(({ ssrc }) => ssrc)).toEqual([videoSsrc]);
    expect(told(1).blocks).toEqual([]);
    sendAudio(1, 1000, {}, 1);
    publisher.onTime(2000);
    expect(told(0).blocks.map(({ ssrc }) => ssrc)).toEqual([videoSsrc]);
    expect(told(1).blocks.map(({ ssrc }) => ssrc)).toEqual([audioSsrc]);
  });

  it('name the most that the video may have where REMB was agreed on, transport-wide feedback or not', () => {
    const remb = { ...video, feedback: { ...video.feedback, remb: true }, maxBitrate: 300_000 };
    const cases = [
      [{ ...video, maxBitrate: 300_000 }, []],
      [{ ...remb, maxBitrate: 0 }, []],
      [remb, [300_000]],
      [withTransportCc(remb), [300_000]],
    ] as const;
    for (const [description, rembs] of cases) {
      const { publisher, sendVideo, told } = setUp([description]);
      sendVideo(1);
      publisher.onTime(1000);
      expect(told().rembs).toEqual(rembs);
    }
  });

  it('begin with the reports and the server’s name, whether reduced size was agreed on or not', () => {
    for (const reducedSize of [true, false]) {
      const remb = { ...video, feedback: { ...video.feedback, remb: true }, maxBitrate: 1, reducedSize };
      const { publisher, sendVideo, sinks, told } = setUp([remb]);
      sendVideo(1);
      publisher.onTime(1000);
      expect(Buffer.from(sinks[0]?.sent[0]?.bytes ?? []).toString('latin1')).toContain(serverCname);
      expect(told().types).toEqual([[201, 202, 206, 207]]);
    }
  });

  it('wait when the send queue is full', () => {
    const { publisher, sendVideo, sinks, told } = setUp();
    sendVideo(1);
    for (const sink of sinks) sink.full = true;
    expect(publisher.onTime(1000)).toBe(2000);
    for (const sink of sinks) sink.full = false;
    publisher.onTime(2000);
    expect(told().blocks).toHaveLength(1);
  });
});

describe('Publisher: NACK', () => {
  it('asks for what is missing as soon as it is no longer only late, and looks again soon', () => {
    const { publisher, dues, sendVideo, sendAudio, told } = setUp();
    expect(publisher.onTime(0)).toBe(1000);
    sendVideo(65_534, 0);
    sendVideo(2, 1);
    sendAudio(5, 1);
    sendAudio(7, 1);
    expect(publisher.onTime(5)).toBe(11);
    expect(dues).toEqual([11]);
    expect(told().nacks).toEqual([]);
    publisher.onTime(15);
    expect(told().nacks).toEqual([
      { ssrc: videoSsrc, sequence: 65_535 },
      { ssrc: videoSsrc, sequence: 0 },
      { ssrc: videoSsrc, sequence: 1 },
      { ssrc: audioSsrc, sequence: 6 },
    ]);
    expect(publisher.tracks.map(({ nacksSent }) => nacksSent)).toEqual([3, 1]);
    for (const sequence of [65_535, 0, 1]) sendVideo(sequence, 20);
    sendAudio(6, 20);
    expect([publisher.onTime(25), publisher.onTime(125)]).toEqual([125, 1000]);
  });

  it('goes over the track’s own transport', () => {
    const { publisher, sendAudio, told } = setUp([video, { ...audio, transport: 1 }]);
    sendAudio(1, 0, {}, 1);
    sendAudio(3, 0, {}, 1);
    publisher.onTime(10);
    expect(told(0).nacks).toEqual([]);
    expect(told(1).nacks).toEqual([{ ssrc: audioSsrc, sequence: 2 }]);
  });

  it('is not sent where it was not agreed on', () => {
    const { publisher, sendVideo, told } = setUp([{ ...video, feedback: silent }]);
    sendVideo(1);
    sendVideo(9);
    expect(publisher.onTime(20)).toBe(1000);
    expect(told().nacks).toEqual([]);
  });

  it('asks for many in several packets', () => {
    const { publisher, sendVideo, told, sinks } = setUp();
    sendVideo(0);
    sendVideo(401);
    const sizes: number[] = [];
    for (let now = 10; now < 50; now += 10) {
      publisher.onTime(now);
      for (const { bytes } of sinks[0]?.sent ?? []) expect(bytes.length).toBeLessThanOrEqual(1200);
      sizes.push(told().nacks.length);
    }
    expect(sizes).toEqual([128, 128, 128, 16]);
  });
});

describe('Publisher: key-frame requests', () => {
  it('are PLI where agreed, else FIR, whose number rises, else nothing', () => {
    const fir = setUp([{ ...video, feedback: { ...silent, fir: true } }]);
    fir.sendVideo(1);
    for (const now of [0, 2000, 4000]) fir.publisher.requestKeyFrame(now);
    expect(fir.told()).toMatchObject({
      plis: [],
      firs: [1, 2, 3].map((number) => ({ ssrc: videoSsrc, number })),
    });
    const both = setUp();
    both.sendVideo(1);
    both.sendAudio(1);
    both.publisher.requestKeyFrame(0);
    expect(both.told()).toMatchObject({ plis: [videoSsrc], firs: [] });
    const neither = setUp([{ ...video, feedback: silent }]);
    neither.sendVideo(1);
    neither.publisher.requestKeyFrame(0);
    expect(neither.told()).toMatchObject({ plis: [], firs: [] });
  });

  it('are at most one an interval, and end with the key frame', () => {
    const { publisher, sendVideo, sendKey, told } = setUp();
    sendVideo(1);
    for (let now = 0; now < 3000; now += 10) {
      if (now < 1500) publisher.requestKeyFrame(now);
      publisher.onTime(now);
    }
    expect(told().plis).toHaveLength(3);
    expect(publisher.keyFrameRequests).toBe(3);
    sendKey(2, 3000);
    for (let now = 3000; now < 6000; now += 10) publisher.onTime(now);
    expect(told().plis).toEqual([]);
  });

  it('follow a loss too long to ask for, and a source that is new', () => {
    const { sendVideo, told } = setUp();
    sendVideo(1, 0);
    sendVideo(800, 100);
    expect(told().plis).toEqual([videoSsrc]);
    for (const sequence of [1, 2, 3]) sendVideo(sequence, 5000, { ssrc: 0x77 });
    expect(told().plis).toEqual([0x77]);
  });

  it('are not made by the publisher’s own PLI', () => {
    const { sendVideo, rtcp, told } = setUp();
    sendVideo(1);
    rtcp(compound(pli(videoSsrc), senderReport(videoSsrc, 1, 2, 3)), 0);
    expect(told().plis).toEqual([]);
  });

  it('wait for the first packet of video, whose SSRC they name', () => {
    const { publisher, sendVideo, sendAudio, told } = setUp();
    sendAudio(1, 0);
    publisher.requestKeyFrame(0);
    publisher.onTime(50);
    expect(told().plis).toEqual([]);
    expect(publisher.keyFrameRequests).toBe(0);
    sendVideo(1, 100);
    publisher.onTime(100);
    expect(told().plis).toEqual([videoSsrc]);
  });

  it('are repeated when the host comes as it was told to', () => {
    const { publisher, dues, sendVideo, sinks, told } = setUp();
    sendVideo(1);
    expect(publisher.onTime(0)).toBe(1000);
    const [sink] = sinks;
    if (sink) sink.full = true;
    publisher.requestKeyFrame(100);
    expect(dues).toEqual([150]);
    if (sink) sink.full = false;
    expect(publisher.onTime(150)).toBe(1000);
    expect(told().plis).toEqual([videoSsrc]);
    expect(publisher.onTime(1000)).toBe(1150);
    expect(publisher.onTime(1150)).toBe(2000);
    expect(told().plis).toEqual([videoSsrc]);
    expect(dues).toEqual([150]);
  });

  it('go to the video’s transport', () => {
    const { publisher, sendVideo, told } = setUp([
      { ...audio, transport: 0 },
      { ...video, transport: 1 },
    ]);
    sendVideo(1, 0, {}, 1);
    publisher.requestKeyFrame(0);
    expect(told(0).plis).toEqual([]);
    expect(told(1).plis).toEqual([videoSsrc]);
  });
});

describe('Publisher: transport-wide feedback', () => {
  const cc = [withTransportCc(video), withTransportCc(audio)];

  it('reports every packet of the transport, also of unknown payload types', () => {
    const { publisher, sendVideo, sendAudio, arrive, told } = setUp(cc);
    sendVideo(1, 0, { transportSequence: 65_535 });
    sendAudio(1, 1, { transportSequence: 0 });
    arrive(rtpPacket({ payloadType: 99, transportSequence: 1 }), 2);
    sendVideo(2, 3, { transportSequence: 3 });
    expect(told().arrived).toEqual([]);
    publisher.onTime(50);
    expect(told().arrived).toEqual([65_535, 0, 1, 3]);
    publisher.onTime(100);
    expect(told().arrived).toEqual([]);
  });

  it('leaves at the same moments whoever it is for and whenever the last has left', () => {
    const { publisher } = setUp(cc);
    publisher.onConnected(1234.5);
    expect([1240, 1249.9, 1250, 1263.2, 1349.99].map((now) => publisher.onTime(now))).toEqual([
      1250, 1250, 1300, 1300, 1350,
    ]);
  });

  it('is kept apart by transport', () => {
    const { publisher, sendVideo, sendAudio, told } = setUp([
      withTransportCc(video),
      { ...withTransportCc(audio), transport: 1 },
    ]);
    sendVideo(1, 0, { transportSequence: 10 }, 0);
    sendAudio(1, 0, { transportSequence: 20 }, 1);
    publisher.onTime(50);
    expect(told(0).arrived).toEqual([10]);
    expect(told(1).arrived).toEqual([20]);
  });

  it('is not sent where it was not agreed on, whatever the packets carry', () => {
    const { publisher, sendVideo, told } = setUp();
    sendVideo(1, 0, { transportSequence: 10 });
    publisher.onTime(50);
    expect(told().arrived).toEqual([]);
  });

  it('minds no packet without the number', () => {
    const { publisher, sendVideo, told } = setUp(cc);
    sendVideo(1, 0);
    sendVideo(2, 0, { transportSequence: 7 });
    publisher.onTime(50);
    expect(told().arrived).toEqual([7]);
  });
});
