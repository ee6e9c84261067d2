import sdk from '@flashphoner/websdk/src/util.js';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  type Abilities,
  acceptedSections,
  agreePlay,
  agreePublish,
  writeAnswer,
} from '../../../src/sdp/index.js';
import { ABILITIES, agreed, linesOf, local, offers, parsed } from './fixtures.js';

/** The SDK's own editing of offers and answers (WCS spec E.1, E.2), run from the shipped package. */
beforeEach(() => {
  vi.spyOn(console, 'log').mockImplementation(() => undefined);
});
afterEach(() => {
  vi.restoreAllMocks();
});

function answerTo(sdp: string, abilities: Abilities = ABILITIES): string {
  const offer = parsed(sdp);
  const agreement = agreed(agreePublish(offer, abilities));
  return writeAnswer(offer, agreement, local(agreement));
}

function codecs(sdp: string): string[] {
  return acceptedSections(agreed(agreePublish(parsed(sdp), ABILITIES))).map(
    ({ codec }) => `${codec.payloadType} ${codec.name}`,
  );
}

describe('offers after stripCodecs', () => {
  it('leaves rtx with a dangling apt, which is passed over', () => {
    const stripped = sdk.stripCodecs(offers.chromiumPublish, 'H264');
    expect(stripped).toMatch(/a=fmtp:103 apt=102/);
    expect(stripped).not.toMatch(/a=rtpmap:102 /);
    expect(codecs(stripped)).toEqual(['111 opus', '96 VP8']);
  });

  it('leaves an m-line with a trailing blank and a bare LF among CRLFs', () => {
    const stripped = sdk.stripCodecs(offers.chromiumPublish, 'ulpfec,telephone-event,red');
    expect(stripped).toMatch(/^m=audio [^\r\n]* \n/m);
    expect(stripped).toMatch(/\r\n/);
    expect(codecs(stripped)).toEqual(['111 opus', '108 H264']);
  });

  it.each(Object.entries(offers))('%s without all its other codecs', (name, sdp) => {
    const stripped = sdk.stripCodecs(
      sdp,
      'H264,VP9,AV1,red,ulpfec,flexfec,rtx,G722,PCM,CN,telephone-event,ISAC',
    );
    const offer = parsed(stripped);
    expect(offer.sections.map((section) => section.codecs.map((codec) => codec.name))).toEqual([
      ['opus'],
      ['VP8'],
    ]);
    if (name.endsWith('Publish')) expect(codecs(stripped)).toHaveLength(2);
  });

  it('works with stereo written into the offer', () => {
    const stereo = offers.chromiumPublish.replace('minptime=10', 'minptime=10;stereo=1;sprop-stereo=1');
    expect(linesOf(answerTo(stereo), 'audio')).toContain(
      'a=fmtp:111 minptime=10;stereo=1;sprop-stereo=1;useinbandfec=1',
    );
  });

  it('works with bare LF and bare CR throughout', () => {
    expect(codecs(offers.chromiumPublish.replaceAll('\r\n', '\n'))).toEqual(['111 opus', '108 H264']);
    expect(codecs(offers.chromiumPublish.replaceAll('\r\n', '\r'))).toEqual(['111 opus', '108 H264']);
  });
});

/** The parameters of a payload type as a reader sees them that splits at LF and takes one CR off the end. */
function strictParameters(sdp: string, payloadType: number): Map<string, string> {
  const parameters = new Map<string, string>();
  for (const line of sdp.split('\n').map((text) => (text.endsWith('\r') ? text.slice(0, -1) : text))) {
    if (!line.startsWith(`a=fmtp:${payloadType} `)) continue;
    for (const item of line.slice(line.indexOf(' ') + 1).split(';')) {
      const [key = '', value = ''] = item.split('=');
      parameters.set(key, value);
    }
  }
  return parameters;
}

describe('answers after setPublishingBitrate', () => {
  it('H264 keeps profile and packetization mode, and gets one fmtp', () => {
    const edited = sdk.SDP.setPublishingBitrate(answerTo(offers.chromiumPublish), 500, 1500);
    expect(edited.match(/^a=fmtp:108 /gm)).toHaveLength(1);
    const parameters = strictParameters(edited, 108);
    expect(parameters.get('profile-level-id')).toBe('42e01f');
    expect(parameters.get('packetization-mode')).toBe('1');
    expect(parameters.get('level-asymmetry-allowed')).toMatch(/^1\r?$/);
    expect(parameters.get('x-google-min-bitrate')).toBe('500');
    expect(parameters.get('x-google-max-bitrate')).toBe('1500');
  });

  it('VP8 gets the fmtp it had not', () => {
    const answer = answerTo(offers.chromiumPublish, { audio: ['opus'], video: ['VP8'] });
    expect(answer).not.toMatch(/^a=fmtp:96/m);
    const edited = sdk.SDP.setPublishingBitrate(answer, 500, 0);
    expect(strictParameters(edited, 96)).toEqual(new Map([['x-google-min-bitrate', '500']]));
    expect(edited.replace(/a=fmtp:96.*\r\n/, '')).toBe(answer);
  });

  it('opus keeps its parameters beside those of the SDK', () => {
    const options = 'maxaveragebitrate=64000;stereo=1;sprop-stereo=1;useinbandfec=1;';
    const edited = sdk.SDP.writeFmtp(answerTo(offers.chromiumPublish), options, 'opus');
    const parameters = strictParameters(edited, 111);
    expect(parameters.get('stereo')).toBe('1');
    expect(parameters.get('maxaveragebitrate')).toBe('64000');
    expect(parameters.get('minptime')).toBe('10');
    expect(parameters.get('useinbandfec')).toBe('1');
  });

  it('the first payload type names the codec that is really used', () => {
    const answer = answerTo(offers.firefoxPublish);
    expect(sdk.getCurrentCodecAndSampleRate(answer, 'video')).toEqual({ name: 'VP8', sampleRate: '90000\r' });
    expect(sdk.getCurrentCodecAndSampleRate(answer, 'audio')).toEqual({ name: 'opus', sampleRate: '48000' });
  });

  it('an fmtp stands directly behind its rtpmap in every answer', () => {
    for (const publisher of [offers.chrome71Publish, offers.chromiumPublish, offers.firefoxPublish]) {
      const tracks = acceptedSections(agreed(agreePublish(parsed(publisher), ABILITIES)));
      for (const viewer of [offers.chrome71Play, offers.chromiumPlay, offers.firefoxPlay]) {
        const offer = parsed(viewer);
        const agreement = agreed(agreePlay(offer, tracks));
        const lines = writeAnswer(offer, agreement, local(agreement)).split('\r\n');
        for (const [index, line] of lines.entries()) {
          const payloadType = /^a=fmtp:(\d+)/.exec(line)?.[1];
          if (payloadType) expect(lines[index - 1]).toMatch(new RegExp(`^a=rtpmap:${payloadType} `));
        }
      }
    }
  });
});
