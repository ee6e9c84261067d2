import sdk from '@flashphoner/websdk/src/util.js';
import { describe, expect, it } from 'vitest';
import { agreePlay, agreePublish, type BitrateLimits, writeAnswer } from '../../../src/sdp/index.js';
import { ABILITIES, agreed, linesOf, local, offers, parsed, published } from './fixtures.js';

const none: BitrateLimits = { min: 0, start: 0, max: 0, total: 0 };

function answerTo(sdp: string, limits: Partial<BitrateLimits>, abilities = ABILITIES): string {
  const offer = parsed(sdp);
  const agreement = agreed(agreePublish(offer, abilities));
  return writeAnswer(offer, agreement, local(agreement, { limits: { ...none, ...limits } }));
}

const bitrateLines = (lines: string[]) => lines.filter((line) => /^b=|x-google/.test(line));

const H264 = 'profile-level-id=42e01f;packetization-mode=1;level-asymmetry-allowed=1';

describe('bitrates in the answer to a publisher', () => {
  it('are not there when the client asked for none', () => {
    expect(answerTo(offers.chromiumPublish, {})).not.toMatch(/^b=|x-google/m);
  });

  it('a maximum: TIAS for the video and AS for all behind c=, and what libwebrtc reads', () => {
    const lines = linesOf(answerTo(offers.chromiumPublish, { max: 300_000, total: 394_000 }), 'video');
    expect(lines.slice(1, 4)).toEqual(['c=IN IP4 192.0.2.7', 'b=TIAS:300000', 'b=AS:394']);
    expect(bitrateLines(lines)).toEqual([
      'b=TIAS:300000',
      'b=AS:394',
      `a=fmtp:108 x-google-max-bitrate=300;${H264}`,
    ]);
  });

  it('a minimum and a start, in the fmtp alone', () => {
    const lines = linesOf(answerTo(offers.chromiumPublish, { min: 200_000, start: 400_000 }), 'video');
    expect(bitrateLines(lines)).toEqual([
      `a=fmtp:108 x-google-min-bitrate=200;x-google-start-bitrate=400;${H264}`,
    ]);
  });

  it('in whole kbit/s, of which none is 0', () => {
    const lines = linesOf(answerTo(offers.chromiumPublish, { max: 1499, min: 499, total: 65_649 }), 'video');
    expect(bitrateLines(lines)).toEqual([
      'b=TIAS:1499',
      'b=AS:66',
      `a=fmtp:108 x-google-max-bitrate=1;x-google-min-bitrate=1;${H264}`,
    ]);
  });

  it('VP8, which has no parameters else', () => {
    for (const [sdp, payloadType] of [
      [offers.chromiumPublish, 96],
      [offers.firefoxPublish, 120],
    ] as const) {
      const lines = linesOf(answerTo(sdp, { max: 800_000 }, { audio: ['opus'], video: ['VP8'] }), 'video');
      const at = lines.indexOf(`a=rtpmap:${payloadType} VP8/90000`);
      expect(lines[at + 1]).toBe(`a=fmtp:${payloadType} x-google-max-bitrate=800`);
    }
  });

  it('never in the audio section, nor towards a viewer', () => {
    const limits = { min: 200_000, start: 400_000, max: 800_000, total: 900_000 };
    expect(bitrateLines(linesOf(answerTo(offers.chromiumPublish, limits), 'audio'))).toEqual([]);
    const offer = parsed(offers.chromiumPlay);
    const agreement = agreed(agreePlay(offer, published(offers.chromiumPublish)));
    expect(writeAnswer(offer, agreement, local(agreement, { limits }))).not.toMatch(/^b=|x-google/m);
  });

  it('leave the SDK nothing to append behind a CR', () => {
    for (const video of ['H264', 'VP8']) {
      const answer = answerTo(
        offers.chromiumPublish,
        { min: 500_000, max: 1_500_000 },
        { audio: ['opus'], video: [video] },
      );
      expect(sdk.SDP.setPublishingBitrate(answer, 500, 1500)).toBe(answer);
    }
  });
});
