import { describe, expect, it } from 'vitest';
import { dependencyDescriptorUri } from '../../../src/kit/index.js';
import {
  type AcceptedSection,
  acceptedSections,
  agreePlay,
  agreePublish,
  type PublishedTrack,
  writeAnswer,
} from '../../../src/sdp/index.js';
import { agreed, linesOf, local, offers, parsed, published, withSections } from './fixtures.js';

type Codec = 'VP9' | 'AV1';

/** Chromium's offer to publish with these video formats only, under payload types 96, 97, …; '' for no fmtp. */
function publisherWith(codec: string, ...fmtps: string[]): string {
  return withFormats(offers.chromiumPublish, codec, fmtps);
}

function viewerWith(codec: string, ...fmtps: string[]): string {
  return withFormats(offers.chromiumPlay, codec, fmtps);
}

function withFormats(sdp: string, codec: string, fmtps: readonly string[]): string {
  const types = fmtps.map((_, index) => 96 + index);
  const lines = fmtps.flatMap((fmtp, index) => [
    `a=rtpmap:${types[index]} ${codec}/90000`,
    ...(fmtp === '' ? [] : [`a=fmtp:${types[index]} ${fmtp}`]),
  ]);
  return withSections(sdp, (section) => section.startsWith('m=video'))
    .replace(/^m=video.*/m, `m=video 9 UDP/TLS/RTP/SAVPF ${types.join(' ')}\r`)
    .replace(/^a=(rtpmap|fmtp|rtcp-fb):.*\r\n/gm, '')
    .concat(lines.map((line) => `${line}\r\n`).join(''));
}

/** Payload type and fmtp of what the publisher is to send, or the fault. */
function publishes(sdp: string, codec: Codec): string {
  const result = agreePublish(parsed(sdp), { audio: [], video: [codec] });
  return 'fault' in result ? result.fault : named(acceptedSections(result)[0]!);
}

/** The same for what the viewer gets of a stream with this fmtp. */
function plays(sdp: string, codec: Codec, fmtp: string): string {
  const track: PublishedTrack = {
    kind: 'video',
    codec: { name: codec, payloadType: 35, clockRate: 90_000, channels: 1, fmtp },
    redPayloadType: null,
  };
  const result = agreePlay(parsed(sdp), [track]);
  return 'fault' in result ? result.fault : named(acceptedSections(result)[0]!);
}

function named({ codec }: AcceptedSection): string {
  return `${codec.payloadType} ${codec.name} ${codec.fmtp}`.trimEnd();
}

/** The answers to a publisher that sends this codec, and to a viewer of it. */
function answerBoth(publisher: string, viewer: string, codec: Codec): string[] {
  const [up, down] = [parsed(publisher), parsed(viewer)];
  const publishing = agreed(agreePublish(up, { audio: ['opus'], video: [codec] }));
  const playing = agreed(agreePlay(down, acceptedSections(publishing)));
  return [writeAnswer(up, publishing, local(publishing)), writeAnswer(down, playing, local(playing))];
}

describe('VP9', () => {
  it('is published in the profile that most decoders take', () => {
    const all = ['profile-id=3', 'profile-id=1', 'profile-id=2', 'profile-id=0'];
    expect(publishes(publisherWith('VP9', ...all), 'VP9')).toBe('99 VP9 profile-id=0');
    expect(publishes(publisherWith('VP9', ...all.slice(0, 3)), 'VP9')).toBe('98 VP9 profile-id=2');
    expect(publishes(publisherWith('VP9', ...all.slice(0, 2)), 'VP9')).toBe('97 VP9 profile-id=1');
    expect(publishes(publisherWith('vp9', 'max-fs=3600;max-fr=30'), 'VP9')).toBe('96 VP9');
    expect(publishes(offers.chromiumPublish, 'VP9')).toBe('98 VP9 profile-id=0');
    expect(publishes(offers.firefoxPublish, 'VP9')).toBe('121 VP9');
  });

  it.each(['profile-id=4', 'profile-id=', 'profile-id=00', 'profile-id=0 x'])('has no %s', (fmtp) => {
    expect(publishes(publisherWith('VP9', fmtp), 'VP9')).toBe('no-common-codecs');
    expect(plays(viewerWith('VP9', fmtp), 'VP9', 'profile-id=0')).toBe('no-common-codecs');
  });

  it('is played in its own profile only', () => {
    expect(plays(offers.chromiumPlay, 'VP9', 'profile-id=0')).toBe('98 VP9 profile-id=0');
    expect(plays(offers.chromiumPlay, 'VP9', 'profile-id=2')).toBe('100 VP9 profile-id=2');
    expect(plays(offers.chromiumPlay, 'VP9', '')).toBe('98 VP9 profile-id=0');
    expect(plays(offers.firefoxPlay, 'VP9', 'profile-id=0')).toBe('121 VP9');
    expect(plays(offers.firefoxPlay, 'VP9', 'profile-id=2')).toBe('no-common-codecs');
    expect(plays(viewerWith('VP9', 'profile-id=2'), 'VP9', 'profile-id=0')).toBe('no-common-codecs');
  });
});

describe('AV1', () => {
  it('is published in the profile that most decoders take, level and tier as offered', () => {
    const high = 'level-idx=8;profile=1;tier=1';
    expect(publishes(publisherWith('AV1', high, 'tier=0;profile=0'), 'AV1')).toBe('97 AV1 profile=0;tier=0');
    expect(publishes(publisherWith('AV1', 'profile=2', high), 'AV1')).toBe(`97 AV1 ${high}`);
    expect(publishes(offers.chromiumPublish, 'AV1')).toBe('45 AV1 level-idx=5;profile=0;tier=0');
    expect(publishes(offers.firefoxPublish, 'AV1')).toBe('99 AV1');
    expect(publishes(publisherWith('AV1', 'level-idx=a;tier=123;evil=1'), 'AV1')).toBe('96 AV1');
  });

  it.each(['profile=3', 'profile=', 'profile=-1'])('has no %s', (fmtp) => {
    expect(publishes(publisherWith('AV1', fmtp), 'AV1')).toBe('no-common-codecs');
    expect(plays(viewerWith('AV1', fmtp), 'AV1', '')).toBe('no-common-codecs');
    expect(plays(viewerWith('AV1', ''), 'AV1', fmtp)).toBe('no-common-codecs');
  });

  it('is played in its own profile, or else in the next that includes it', () => {
    expect(plays(offers.chromiumPlay, 'AV1', 'profile=0')).toBe('45 AV1 level-idx=5;profile=0;tier=0');
    expect(plays(offers.chromiumPlay, 'AV1', 'profile=1')).toBe('47 AV1 level-idx=5;profile=1;tier=0');
    expect(plays(offers.chromiumPlay, 'AV1', 'profile=2')).toBe('no-common-codecs');
    expect(plays(offers.firefoxPlay, 'AV1', 'level-idx=5;profile=0;tier=0')).toBe('99 AV1');
    expect(plays(offers.firefoxPlay, 'AV1', 'profile=1')).toBe('no-common-codecs');
    expect(plays(viewerWith('AV1', 'profile=2', 'profile=1'), 'AV1', '')).toBe('97 AV1 profile=1');
  });
});

describe('the order of codecs', () => {
  const abilities = { audio: ['opus'], video: ['H264', 'VP8', 'VP9', 'AV1'] };
  const videoOf = (sdp: string) => published(sdp, abilities).find(({ kind }) => kind === 'video')?.codec.name;

  it('takes VP9 and AV1 where nothing else is offered', () => {
    const chromium = offers.chromiumPublish;
    expect(videoOf(chromium)).toBe('H264');
    expect(videoOf(chromium.replaceAll('H264/', 'X/'))).toBe('VP8');
    expect(videoOf(chromium.replaceAll('H264/', 'X/').replaceAll('VP8/', 'X/'))).toBe('VP9');
    expect(videoOf(chromium.replaceAll(/(H264|VP8|VP9)\//g, 'X/'))).toBe('AV1');
    expect(videoOf(chromium.replaceAll(/(H264|VP8|VP9|AV1)\//g, 'X/'))).toBeUndefined();
  });

  it('is the configured one', () => {
    const reversed = { audio: ['opus'], video: [...abilities.video].reverse() };
    expect(published(offers.chromiumPublish, reversed)[1]?.codec.name).toBe('AV1');
    expect(published(offers.firefoxPublish, reversed)[1]?.codec.name).toBe('AV1');
  });

  it('refuses a video codec at another clock', () => {
    const sdp = offers.chromiumPublish.replaceAll('VP9/90000', 'VP9/8000');
    expect(publishes(sdp, 'VP9')).toBe('no-common-codecs');
  });
});

describe('answers', () => {
  it.each<[Codec, string[]]>([
    ['VP9', ['a=rtpmap:98 VP9/90000', 'a=fmtp:98 profile-id=0']],
    ['AV1', ['a=rtpmap:45 AV1/90000', 'a=fmtp:45 level-idx=5;profile=0;tier=0']],
  ])('to publisher and viewer have %s', (codec, lines) => {
    for (const answer of answerBoth(offers.chromiumPublish, offers.chromiumPlay, codec)) {
      const video = linesOf(answer, 'video');
      const at = video.indexOf(lines[0]!);
      expect(video.slice(at, at + 2)).toEqual(lines);
      // Behind it, its RTX.
      expect(video[0]).toMatch(new RegExp(` ${lines[0]!.match(/\d+/)![0]} \\d+$`));
    }
  });

  it('agree on the dependency descriptor of AV1 alone, and only with both forms of extensions', () => {
    const line = `a=extmap:12 ${dependencyDescriptorUri}`;
    const describe = (sdp: string) => `${sdp}${line}\r\n`;
    const video = (section: string) => section.startsWith('m=video');
    const publisher = describe(withSections(offers.chromiumPublish, video));
    const viewer = describe(withSections(offers.chromiumPlay, video));
    const answers = (up: string, down: string, codec: Codec) => {
      const publishing = agreed(
        agreePublish(parsed(up), { audio: [], video: [codec] }, [dependencyDescriptorUri]),
      );
      const playing = agreed(
        agreePlay(parsed(down), acceptedSections(publishing), [dependencyDescriptorUri]),
      );
      return [
        writeAnswer(parsed(up), publishing, local(publishing)),
        writeAnswer(parsed(down), playing, local(playing)),
      ].map((answer) => answer.split('\r\n').filter((one) => one.startsWith('a=extmap')));
    };
    const mixed = 'a=extmap-allow-mixed';
    for (const lines of answers(publisher, viewer, 'AV1')) {
      expect(lines).toHaveLength(2);
      expect(lines).toEqual(expect.arrayContaining([line, mixed]));
    }
    expect(answers(publisher, viewer, 'VP9')).toEqual([[mixed], [mixed]]);
    const unmixed = (sdp: string) => sdp.replaceAll(`${mixed}\r\n`, '');
    expect(answers(unmixed(publisher), unmixed(viewer), 'AV1')).toEqual([[], []]);
  });

  it('pass in-band FEC of opus on, from publisher and to viewer, and leave RED out where it comes second', () => {
    for (const answer of answerBoth(offers.chromiumPublish, offers.chromiumPlay, 'VP9')) {
      expect(linesOf(answer, 'audio')).toContain('a=fmtp:111 minptime=10;useinbandfec=1');
      expect(linesOf(answer, 'audio')[0]).toBe('m=audio 31000 UDP/TLS/RTP/SAVPF 111');
      expect(answer).not.toMatch(/red\//i);
    }
  });
});
