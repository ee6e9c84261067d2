import sdk from '@flashphoner/websdk/src/util.js';
import { describe, expect, it } from 'vitest';
import {
  type Abilities,
  type AudioRedundancy,
  acceptedSections,
  agreePlay,
  agreePublish,
  writeAnswer,
} from '../../../src/sdp/index.js';
import { ABILITIES, agreed, linesOf, local, offers, parsed } from './fixtures.js';

/** Chromium's offer with RED before Opus, as `setCodecPreferences` makes it. */
function redFirst(sdp: string): string {
  return sdp.replace(/^(m=audio .*) 111 63\b/m, '$1 63 111');
}

const publishOffer = redFirst(offers.chromiumPublish);

function publish(sdp: string, changes: Partial<Abilities> = {}) {
  const offer = parsed(sdp);
  const agreement = agreed(agreePublish(offer, { ...ABILITIES, ...changes }));
  return { sections: acceptedSections(agreement), answer: writeAnswer(offer, agreement, local(agreement)) };
}

function play(sdp: string, publisher = publishOffer, changes: Partial<Abilities> = {}) {
  const offer = parsed(sdp);
  const agreement = agreed(agreePlay(offer, publish(publisher, changes).sections));
  return { sections: acceptedSections(agreement), answer: writeAnswer(offer, agreement, local(agreement)) };
}

const redOf = ({ sections }: ReturnType<typeof publish>) => sections[0]?.redPayloadType;

describe('RED of a publisher', () => {
  it('is agreed on where its offer ranks it before Opus, and answered before Opus', () => {
    expect(publishOffer).toContain('m=audio 9 UDP/TLS/RTP/SAVPF 63 111 9');
    const { sections, answer } = publish(publishOffer);
    expect(
      sections.map(({ codec, redPayloadType }) => [codec.name, codec.payloadType, redPayloadType]),
    ).toEqual([
      ['opus', 111, 63],
      ['H264', 108, null],
    ]);
    const lines = linesOf(answer, 'audio');
    expect(lines[0]).toBe('m=audio 31000 UDP/TLS/RTP/SAVPF 63 111');
    expect(lines.slice(-2)).toEqual(['a=rtpmap:63 red/48000/2', 'a=fmtp:63 111/111']);
    const at = lines.indexOf('a=rtpmap:111 opus/48000/2');
    expect(lines[at + 1]).toBe('a=fmtp:111 minptime=10;useinbandfec=1');
  });

  it.each<[AudioRedundancy | undefined, string, number | null]>([
    [undefined, publishOffer, 63],
    ['offered', publishOffer, 63],
    ['offered', offers.chromiumPublish, null],
    ['always', offers.chromiumPublish, 63],
    ['always', offers.firefoxPublish, null],
    ['always', offers.chrome71Publish, null],
    ['off', publishOffer, null],
  ])('with the setting %s', (audioRedundancy, sdp, wanted) => {
    expect(redOf(publish(sdp, audioRedundancy === undefined ? {} : { audioRedundancy }))).toBe(wanted);
  });

  it.each([
    ['blocks of another payload type', 'a=fmtp:63 111/110'],
    ['one block', 'a=fmtp:63 111'],
    ['no blocks', 'a=fmtp:63 /'],
    ['an empty block', 'a=fmtp:63 111/111/'],
    ['blocks that are no payload types', 'a=fmtp:63 111/0111'],
    ['parameters', 'a=fmtp:63 111/111;x=1'],
    ['more blocks than anybody sends', `a=fmtp:63 ${Array(33).fill(111).join('/')}`],
  ])('is not agreed on with %s', (_what, line) => {
    expect(redOf(publish(publishOffer.replace('a=fmtp:63 111/111', line)))).toBeNull();
  });

  it.each([
    ['no fmtp', 'a=fmtp:63 111/111\r\n', ''],
    ['another clock', 'red/48000/2', 'red/8000/2'],
    ['other channels', 'red/48000/2', 'red/48000'],
    ['another name', 'red/48000/2', 'redder/48000/2'],
    ['no rtpmap', 'a=rtpmap:63 red/48000/2\r\n', ''],
  ])('is not agreed on with %s', (_what, from, to) => {
    expect(publishOffer).toContain(from);
    expect(redOf(publish(publishOffer.replace(from, to)))).toBeNull();
  });

  it('takes more generations, and any case', () => {
    const sdp = publishOffer.replace('63 red/', '63 RED/').replace('111/111', '111/111/111');
    const { sections, answer } = publish(sdp);
    expect(sections[0]?.redPayloadType).toBe(63);
    expect(linesOf(answer, 'audio')).toContain('a=fmtp:63 111/111');
  });

  it('is of Opus alone: not where another codec is preferred, nor of video', () => {
    const { sections, answer } = publish(publishOffer, { audio: ['PCMA', 'opus'] });
    expect(sections[0]).toMatchObject({ codec: { name: 'PCMA' }, redPayloadType: null });
    expect(answer).not.toMatch(/red\//);
    const video = offers.chromiumPublish
      .replace(/^(m=video \S+ \S+) /m, '$1 50 ')
      .replace('a=rtpmap:108 ', 'a=rtpmap:50 red/90000\r\na=fmtp:50 108/108\r\na=rtpmap:108 ');
    expect(publish(video, { audioRedundancy: 'always' }).sections[1]).toMatchObject({
      codec: { payloadType: 108 },
      redPayloadType: null,
    });
  });

  it('leaves its payload type to no other section on the same transport', () => {
    const video = publishOffer.replaceAll(/:109\b/g, ':63').replace(/^(m=video.*) 109\b/m, '$1 63');
    expect(video).toContain('a=rtpmap:63 rtx/90000');
    expect(publish(video).sections.map(({ rtxPayloadType }) => rtxPayloadType)).toEqual([null, null]);
  });

  it('goes without RTX, which would give its packets back as plain Opus', () => {
    const rtx = (sdp: string) =>
      sdp
        .replace(/^(m=audio .*)/m, '$1 125')
        .replace('a=rtcp-fb:111 transport-cc', 'a=rtcp-fb:111 transport-cc\r\na=rtcp-fb:111 nack')
        .replace('a=rtpmap:9 ', 'a=rtpmap:125 rtx/48000/2\r\na=fmtp:125 apt=111\r\na=rtpmap:9 ');
    expect(publish(rtx(offers.chromiumPublish)).sections[0]).toMatchObject({
      rtxPayloadType: 125,
      redPayloadType: null,
    });
    expect(publish(rtx(publishOffer)).sections[0]).toMatchObject({
      rtxPayloadType: null,
      redPayloadType: 63,
    });
    expect(play(rtx(offers.chromiumPlay)).sections[0]).toMatchObject({
      rtxPayloadType: null,
      redPayloadType: 63,
    });
  });
});

describe('RED to a viewer', () => {
  it('is agreed on wherever the offer has it, under the viewer’s payload type, behind Opus', () => {
    const viewer = offers.chromiumPlay.replaceAll(/\b63\b/g, '35');
    const { sections, answer } = play(viewer);
    expect(sections[0]?.redPayloadType).toBe(35);
    const lines = linesOf(answer, 'audio');
    expect(lines[0]).toBe('m=audio 31000 UDP/TLS/RTP/SAVPF 111 35');
    expect(lines.slice(-2)).toEqual(['a=rtpmap:35 red/48000/2', 'a=fmtp:35 111/111']);
    expect(play(redFirst(offers.chromiumPlay)).answer).toContain('UDP/TLS/RTP/SAVPF 111 63\r\n');
  });

  it.each([
    ['the publisher sends none', offers.chromiumPlay, offers.chromiumPublish],
    ['the viewer knows none', offers.firefoxPlay, publishOffer],
    [
      'the viewer has another payload type for Opus',
      offers.chromiumPlay.replaceAll(/\b111\b/g, '96'),
      publishOffer,
    ],
  ])('is not agreed on where %s', (_what, viewer, publisher) => {
    const { sections, answer } = play(viewer, publisher);
    expect(sections[0]).toMatchObject({ codec: { name: 'opus' }, redPayloadType: null });
    expect(linesOf(answer, 'audio').join('\n')).not.toMatch(/red\//);
  });

  it('depends on what the publisher agreed on, not on the viewer’s order', () => {
    expect(redOf(play(redFirst(offers.chromiumPlay), offers.chromiumPublish))).toBeNull();
    expect(redOf(play(offers.chromiumPlay, offers.chromiumPublish, { audioRedundancy: 'always' }))).toBe(63);
    expect(redOf(play(offers.chromiumPlay, publishOffer, { audioRedundancy: 'off' }))).toBeNull();
  });
});

describe('RED and the SDK', () => {
  it('writes its options to Opus, and finds Opus to be a player’s codec', () => {
    const edited = sdk.SDP.writeFmtp(publish(publishOffer).answer, 'stereo=1', 'opus');
    expect(linesOf(edited, 'audio').filter((line) => line.startsWith('a=fmtp:63'))).toEqual([
      'a=fmtp:63 111/111',
    ]);
    expect(linesOf(edited, 'audio')).toContain('a=fmtp:111 stereo=1');
    expect(sdk.getCurrentCodecAndSampleRate(play(offers.chromiumPlay).answer, 'audio').name).toBe('opus');
  });
});

describe('parameters of Opus', () => {
  const said = 'minptime=10;maxaveragebitrate=128000;stereo=1;sprop-stereo=1;usedtx=1;useinbandfec=1';
  const answers = (fmtp: string) =>
    [
      publish(offers.chromiumPublish.replace('minptime=10;useinbandfec=1', fmtp)),
      play(offers.chromiumPlay.replace('minptime=10;useinbandfec=1', fmtp)),
    ].map(({ answer }) => linesOf(answer, 'audio').find((line) => line.startsWith('a=fmtp:111')));

  it('FEC, DTX, stereo and rates are answered as offered, to publisher and player', () => {
    expect(answers(said)).toEqual([`a=fmtp:111 ${said}`, `a=fmtp:111 ${said}`]);
    expect(answers('usedtx=0;useinbandfec=0')).toEqual(Array(2).fill('a=fmtp:111 usedtx=0;useinbandfec=0'));
  });

  it('are never added, and left out when they are no numbers or unknown', () => {
    expect(answers('minptime=10')).toEqual(Array(2).fill('a=fmtp:111 minptime=10'));
    expect(answers('usedtx=yes;useinbandfec=;stereo=1x;evil=1')).toEqual([undefined, undefined]);
  });
});
