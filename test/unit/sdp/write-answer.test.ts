import { describe, expect, it } from 'vitest';
import { agreePlay, type PublishedTrack, writeAnswer } from '../../../src/sdp/index.js';
import {
  agreed,
  linesOf,
  local,
  offers,
  parsed,
  publishAnswer,
  published,
  transportLines,
} from './fixtures.js';

const HEAD = ['v=0', 'o=Sluice 0 1544579813187 IN IP4 192.0.2.7', 's=Sluice', 't=0 0', 'a=ice-lite'];

const TRANSPORT_CC = 'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01';

/** Order within a section is free except where a test of its own says otherwise. */
function expectSection(actual: string[], mLine: string, lines: string[]): void {
  expect(actual[0]).toBe(mLine);
  expect([...actual].sort()).toEqual([mLine, ...lines].sort());
}

function playAnswer(sdp: string, tracks: PublishedTrack[]): string {
  const offer = parsed(sdp);
  const agreement = agreed(agreePlay(offer, tracks));
  return writeAnswer(offer, agreement, local(agreement));
}

describe('the answer to a publisher', () => {
  it('Chrome 71 (official API page)', () => {
    const answer = publishAnswer(offers.chrome71Publish);
    expect(linesOf(answer, 'head')).toEqual([...HEAD, 'a=group:BUNDLE audio video']);
    expectSection(linesOf(answer, 'audio'), 'm=audio 31000 UDP/TLS/RTP/SAVPF 111', [
      'c=IN IP4 192.0.2.7',
      'a=mid:audio',
      'a=recvonly',
      'a=rtcp-mux',
      'a=setup:passive',
      'a=rtpmap:111 opus/48000/2',
      'a=fmtp:111 minptime=10;useinbandfec=1',
      ...transportLines(0),
    ]);
    expectSection(linesOf(answer, 'video'), 'm=video 31000 UDP/TLS/RTP/SAVPF 127 122', [
      'c=IN IP4 192.0.2.7',
      'a=mid:video',
      'a=recvonly',
      'a=rtcp-mux',
      'a=rtcp-rsize',
      'a=setup:passive',
      'a=rtpmap:127 H264/90000',
      'a=fmtp:127 profile-level-id=42e01f;packetization-mode=1;level-asymmetry-allowed=1',
      'a=rtcp-fb:127 nack',
      'a=rtcp-fb:127 nack pli',
      'a=rtcp-fb:127 ccm fir',
      'a=rtcp-fb:127 goog-remb',
      'a=rtcp-fb:127 transport-cc',
      `a=extmap:5 ${TRANSPORT_CC}`,
      'a=rtpmap:122 rtx/90000',
      'a=fmtp:122 apt=127',
      ...transportLines(0),
    ]);
  });

  it('Chromium 156', () => {
    const answer = publishAnswer(offers.chromiumPublish);
    expect(linesOf(answer, 'head')).toEqual([...HEAD, 'a=group:BUNDLE 0 1']);
    expectSection(linesOf(answer, 'audio'), 'm=audio 31000 UDP/TLS/RTP/SAVPF 111', [
      'c=IN IP4 192.0.2.7',
      'a=mid:0',
      'a=recvonly',
      'a=rtcp-mux',
      'a=rtcp-rsize',
      'a=setup:passive',
      'a=rtpmap:111 opus/48000/2',
      'a=fmtp:111 minptime=10;useinbandfec=1',
      'a=rtcp-fb:111 transport-cc',
      `a=extmap:3 ${TRANSPORT_CC}`,
      'a=extmap-allow-mixed',
      ...transportLines(0),
    ]);
    expectSection(linesOf(answer, 'video'), 'm=video 31000 UDP/TLS/RTP/SAVPF 108 109', [
      'c=IN IP4 192.0.2.7',
      'a=mid:1',
      'a=recvonly',
      'a=rtcp-mux',
      'a=rtcp-rsize',
      'a=setup:passive',
      'a=rtpmap:108 H264/90000',
      'a=fmtp:108 profile-level-id=42e01f;packetization-mode=1;level-asymmetry-allowed=1',
      'a=rtcp-fb:108 nack',
      'a=rtcp-fb:108 nack pli',
      'a=rtcp-fb:108 ccm fir',
      'a=rtcp-fb:108 goog-remb',
      'a=rtcp-fb:108 transport-cc',
      `a=extmap:3 ${TRANSPORT_CC}`,
      'a=extmap-allow-mixed',
      'a=rtpmap:109 rtx/90000',
      'a=fmtp:109 apt=108',
      ...transportLines(0),
    ]);
  });

  it('Firefox 153: fingerprint at session level, no H264', () => {
    const answer = publishAnswer(offers.firefoxPublish);
    expect(linesOf(answer, 'head')).toEqual([...HEAD, 'a=group:BUNDLE 0 1']);
    expectSection(linesOf(answer, 'audio'), 'm=audio 31000 UDP/TLS/RTP/SAVPF 109', [
      'c=IN IP4 192.0.2.7',
      'a=mid:0',
      'a=recvonly',
      'a=rtcp-mux',
      'a=setup:passive',
      'a=rtpmap:109 opus/48000/2',
      'a=fmtp:109 maxplaybackrate=48000;stereo=1;useinbandfec=1',
      'a=rtcp-fb:109 transport-cc',
      `a=extmap:7 ${TRANSPORT_CC}`,
      'a=extmap-allow-mixed',
      ...transportLines(0),
    ]);
    expectSection(linesOf(answer, 'video'), 'm=video 31000 UDP/TLS/RTP/SAVPF 120 124', [
      'c=IN IP4 192.0.2.7',
      'a=mid:1',
      'a=recvonly',
      'a=rtcp-mux',
      'a=rtcp-rsize',
      'a=setup:passive',
      'a=rtpmap:120 VP8/90000',
      'a=rtcp-fb:120 nack',
      'a=rtcp-fb:120 nack pli',
      'a=rtcp-fb:120 ccm fir',
      'a=rtcp-fb:120 goog-remb',
      'a=rtcp-fb:120 transport-cc',
      `a=extmap:7 ${TRANSPORT_CC}`,
      'a=extmap-allow-mixed',
      'a=rtpmap:124 rtx/90000',
      'a=fmtp:124 apt=120',
      ...transportLines(0),
    ]);
  });
});

describe('the answer to a viewer', () => {
  const sending = (kind: string, ...ssrcs: number[]) => [
    'a=sendonly',
    `a=msid:stream-1 track-${kind}`,
    ...ssrcs.flatMap((ssrc) => [
      `a=ssrc:${ssrc} cname:sluice-cname`,
      `a=ssrc:${ssrc} msid:stream-1 track-${kind}`,
    ]),
    ...(ssrcs.length > 1 ? [`a=ssrc-group:FID ${ssrcs.join(' ')}`] : []),
  ];

  it('Chrome 71 watching Chrome 71: both tracks in one stream', () => {
    const answer = playAnswer(offers.chrome71Play, published(offers.chrome71Publish));
    expect(linesOf(answer, 'head')).toEqual([
      ...HEAD,
      'a=msid-semantic: WMS stream-1',
      'a=group:BUNDLE audio video',
    ]);
    expectSection(linesOf(answer, 'audio'), 'm=audio 31000 UDP/TLS/RTP/SAVPF 111', [
      'c=IN IP4 192.0.2.7',
      'a=mid:audio',
      'a=rtcp-mux',
      'a=setup:passive',
      'a=rtpmap:111 opus/48000/2',
      'a=fmtp:111 minptime=10;useinbandfec=1',
      ...sending('audio', 1000),
      ...transportLines(0),
    ]);
    expectSection(linesOf(answer, 'video'), 'm=video 31000 UDP/TLS/RTP/SAVPF 127 122', [
      'c=IN IP4 192.0.2.7',
      'a=mid:video',
      'a=rtcp-mux',
      'a=rtcp-rsize',
      'a=setup:passive',
      'a=rtpmap:127 H264/90000',
      'a=fmtp:127 profile-level-id=42e01f;packetization-mode=1;level-asymmetry-allowed=1',
      'a=rtcp-fb:127 nack',
      'a=rtcp-fb:127 nack pli',
      'a=rtcp-fb:127 ccm fir',
      'a=rtcp-fb:127 goog-remb',
      'a=rtcp-fb:127 transport-cc',
      `a=extmap:5 ${TRANSPORT_CC}`,
      ...sending('video', 1001, 2001),
      'a=rtpmap:122 rtx/90000',
      'a=fmtp:122 apt=127',
      ...transportLines(0),
    ]);
  });

  it('Chromium 156 watching Firefox: the publisher’s codecs under the viewer’s payload types', () => {
    const answer = playAnswer(offers.chromiumPlay, published(offers.firefoxPublish));
    expect(linesOf(answer, 'audio')[0]).toBe('m=audio 31000 UDP/TLS/RTP/SAVPF 111');
    expect(linesOf(answer, 'video')[0]).toBe('m=video 31000 UDP/TLS/RTP/SAVPF 96 97');
    expect(linesOf(answer, 'video')).toContain('a=rtpmap:96 VP8/90000');
  });

  it('Firefox 153 watching Chromium’s H264: video rejected in its place, audio plays', () => {
    const answer = playAnswer(offers.firefoxPlay, published(offers.chromiumPublish));
    expect(linesOf(answer, 'head')).toContain('a=group:BUNDLE 0');
    expect(linesOf(answer, 'audio')[0]).toBe('m=audio 31000 UDP/TLS/RTP/SAVPF 109');
    expectSection(linesOf(answer, 'video'), 'm=video 0 UDP/TLS/RTP/SAVPF 120', [
      'c=IN IP4 0.0.0.0',
      'a=mid:1',
      'a=inactive',
      'a=rtpmap:120 VP8/90000',
    ]);
  });

  it('Firefox 153 watching Chromium’s VP8', () => {
    const tracks = published(offers.chromiumPublish, { audio: ['opus'], video: ['VP8'] });
    const answer = playAnswer(offers.firefoxPlay, tracks);
    expectSection(linesOf(answer, 'video'), 'm=video 31000 UDP/TLS/RTP/SAVPF 120 124', [
      'c=IN IP4 192.0.2.7',
      'a=mid:1',
      'a=rtcp-mux',
      'a=rtcp-rsize',
      'a=setup:passive',
      'a=rtpmap:120 VP8/90000',
      'a=rtcp-fb:120 nack',
      'a=rtcp-fb:120 nack pli',
      'a=rtcp-fb:120 ccm fir',
      'a=rtcp-fb:120 goog-remb',
      'a=rtcp-fb:120 transport-cc',
      `a=extmap:7 ${TRANSPORT_CC}`,
      'a=extmap-allow-mixed',
      ...sending('video', 1001, 2001),
      'a=rtpmap:124 rtx/90000',
      'a=fmtp:124 apt=120',
      ...transportLines(0),
    ]);
  });
});
