import sdk from '@flashphoner/websdk/src/util.js';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { acceptedSections, agreePlay, agreePublish, writeAnswer } from '../../../src/sdp/index.js';
import { ABILITIES, agreed, linesOf, local, offers, parsed, publishAnswer, published } from './fixtures.js';

const VP8 = { audio: ['opus'], video: ['VP8'] };

/** The payload types of retransmissions, a section each. */
function rtxOf(sdp: string, abilities = ABILITIES): (number | null)[] {
  return acceptedSections(agreed(agreePublish(parsed(sdp), abilities))).map(
    ({ rtxPayloadType }) => rtxPayloadType,
  );
}

describe('RTX of an offer', () => {
  it('is that of the codec agreed on, video alone having one', () => {
    expect(rtxOf(offers.chromiumPublish)).toEqual([null, 109]);
    expect(rtxOf(offers.chromiumPublish, VP8)).toEqual([null, 97]);
    expect(rtxOf(offers.firefoxPublish)).toEqual([null, 124]);
    expect(rtxOf(offers.chrome71Publish)).toEqual([null, 122]);
  });

  it.each([
    ['apt of another codec', 'a=fmtp:109 apt=108', 'a=fmtp:109 apt=102'],
    ['no apt', 'a=fmtp:109 apt=108', 'a=fmtp:109 rtx-time=3000'],
    ['apt that is no number', 'a=fmtp:109 apt=108', 'a=fmtp:109 apt=108x'],
    ['another clock', 'a=rtpmap:109 rtx/90000', 'a=rtpmap:109 rtx/48000'],
    ['no NACK', 'a=rtcp-fb:108 nack\r\n', ''],
    ['no rtpmap', 'a=rtpmap:109 rtx/90000\r\n', ''],
  ])('is not agreed on with %s', (_what, from, to) => {
    expect(offers.chromiumPublish).toContain(from);
    expect(rtxOf(offers.chromiumPublish.replace(from, to))).toEqual([null, null]);
  });

  it('is not agreed on under a payload type of another section on the same transport', () => {
    const taken = offers.chromiumPublish
      .replaceAll(/\b109\b/g, '111')
      .replace(/^(m=video.*) 111\b/m, '$1 111');
    expect(taken).toMatch(/a=fmtp:111 apt=108/);
    expect(rtxOf(taken)).toEqual([null, null]);
  });
});

describe('RTX and the SDK', () => {
  beforeEach(() => {
    vi.spyOn(console, 'log').mockImplementation(() => undefined);
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it('stripCodecs leaves rtx whose apt is gone, which is passed over', () => {
    const stripped = sdk.stripCodecs(offers.chromiumPublish, 'H264');
    expect(stripped).toMatch(/apt=108/);
    expect(rtxOf(stripped)).toEqual([null, 97]);
  });

  it('stripCodecs of rtx takes it away', () => {
    expect(rtxOf(sdk.stripCodecs(offers.chromiumPublish, 'rtx'))).toEqual([null, null]);
  });

  it.each([
    ['H264', ABILITIES, 108, 109],
    ['VP8', VP8, 96, 97],
  ])('setPublishingBitrate finds %s, and not its rtx', (_codec, abilities, payloadType, rtx) => {
    const offer = parsed(offers.chromiumPublish);
    const agreement = agreed(agreePublish(offer, abilities));
    const answer = writeAnswer(offer, agreement, local(agreement));
    const edited = sdk.SDP.setPublishingBitrate(answer, 500, 1500);
    const format = edited.split('\n').filter((line) => line.startsWith(`a=fmtp:${payloadType} `));
    expect(format).toHaveLength(1);
    expect(format[0]).toContain('x-google-min-bitrate=500');
    expect(edited).toContain(`a=fmtp:${rtx} apt=${payloadType}\r\n`);
  });

  it('getCurrentCodecAndSampleRate names the codec', () => {
    const answer = publishAnswer(offers.chromiumPublish);
    expect(sdk.getCurrentCodecAndSampleRate(answer, 'video').name).toBe('H264');
  });
});

describe('RTX of an answer to a viewer', () => {
  it('stands under the viewer’s payload types, its SSRC in a group with the media’s', () => {
    const offer = parsed(offers.chromiumPlay);
    const agreement = agreed(agreePlay(offer, published(offers.firefoxPublish)));
    const lines = linesOf(writeAnswer(offer, agreement, local(agreement)), 'video');
    expect(lines).toEqual(
      expect.arrayContaining([
        'a=rtpmap:97 rtx/90000',
        'a=fmtp:97 apt=96',
        'a=ssrc-group:FID 1001 2001',
        'a=ssrc:2001 cname:sluice-cname',
        'a=ssrc:2001 msid:stream-1 track-video',
      ]),
    );
    expect(lines.some((line) => line.startsWith('a=rtcp-fb:97'))).toBe(false);
  });

  it('has neither without an offer of it', () => {
    const offer = parsed(offers.chromiumPlay.replace('a=fmtp:97 apt=96\r\n', ''));
    const agreement = agreed(agreePlay(offer, published(offers.firefoxPublish)));
    const answer = writeAnswer(offer, agreement, local(agreement));
    expect(answer).not.toMatch(/rtx|ssrc-group/);
    expect(linesOf(answer, 'video')[0]).toBe('m=video 31000 UDP/TLS/RTP/SAVPF 96');
  });
});
