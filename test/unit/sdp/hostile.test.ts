import { describe, expect, it } from 'vitest';
import {
  acceptedSections,
  agreePlay,
  agreePublish,
  isSdpFault,
  parseOffer,
  writeAnswer,
} from '../../../src/sdp/index.js';
import { ABILITIES, agreed, local, offers, parsed } from './fixtures.js';

const TRACKS = acceptedSections(agreed(agreePublish(parsed(offers.chromiumPublish), ABILITIES)));

/** Runs a text through everything a client's offer goes through; what is answered must be a clean text. */
function survive(text: string): 'fault' | 'answered' {
  const offer = parseOffer(text);
  if (isSdpFault(offer)) return 'fault';
  let answers = 0;
  for (const result of [agreePublish(offer, ABILITIES), agreePlay(offer, TRACKS)]) {
    if (isSdpFault(result)) continue;
    const answer = writeAnswer(offer, result, local(result));
    expect(answer.match(/^m=/gm)).toHaveLength(offer.sections.length);
    expect(answer).toMatch(/^([a-z]=[\x20-\x7e]*\r\n)+$/);
    answers++;
  }
  return answers > 0 ? 'answered' : 'fault';
}

describe('offers cut short', () => {
  it.each(Object.entries(offers))('%s: never throws', (name, sdp) => {
    const step = name === 'firefoxPublish' ? 7 : 23;
    const outcomes = new Set<string>();
    for (let length = sdp.length; length >= 0; length -= step) outcomes.add(survive(sdp.slice(0, length)));
    expect([...outcomes].sort()).toEqual(['answered', 'fault']);
  });

  it('a small one at every byte', () => {
    const small = offers.chromiumPublish.replace(/^a=(extmap|rtcp-fb|fmtp|rtpmap|ssrc).*\r\n/gm, '');
    for (let length = 0; length <= small.length; length++) survive(small.slice(0, length));
  });

  it.each(Object.entries(offers))('%s: never throws with a character changed', (_, sdp) => {
    const marks = ['\0', '\n', ' ', '9', 'ÿ', ':', '=', '\u2028'];
    for (let at = 0; at < sdp.length; at += 31)
      survive(sdp.slice(0, at) + marks[(at / 31) % marks.length] + sdp.slice(at + 1));
  });
});

describe('giant and hostile offers', () => {
  const head = 'v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n';
  const section = 'm=video 9 UDP/TLS/RTP/SAVPF 96\r\n';

  it.each([
    ['attributes nobody knows', `${head}${section}${'a=x\r\n'.repeat(4_000)}`],
    ['one giant attribute', `${head}${section}a=${'x'.repeat(60_000)}\r\n`],
    ['one giant m-line', `${head}m=video 9 UDP/TLS/RTP/SAVPF ${'9'.repeat(60_000)}\r\n`],
    ['imageattr made to backtrack', `${head}${section}a=imageattr:97 send ${'[x=1]'.repeat(12_000)}\r\n`],
    ['blanks made to backtrack', `${head}${section}a=simulcast:${' '.repeat(60_000)}\r\n`],
    ['a giant candidate', `${head}${section}a=candidate:${'1 '.repeat(30_000)}\r\n`],
    ['a giant fmtp', `${head}${section}a=fmtp:96 ${'a=1;'.repeat(15_000)}\r\n`],
    ['many fmtps', `${head}${section}${'a=fmtp:96 a=1\r\n'.repeat(4_000)}`],
    [
      'many extmaps',
      `${head}${section}${Array.from({ length: 3_000 }, (_, i) => `a=extmap:${i} u:${i}\r\n`).join('')}`,
    ],
    ['many fingerprints', `${head}${section}${'a=fingerprint:sha-1 00\r\n'.repeat(2_500)}`],
    ['a giant group', `${head}a=group:BUNDLE ${'m '.repeat(30_000)}\r\n${section}a=mid:m\r\n`],
    ['names of Object.prototype', `${head}${section}a=mid:__proto__\r\na=rtpmap:96 constructor/90000\r\n`],
    [
      'numbers in place of words',
      `${head}a=group:1 2\r\n${section}a=mid:3\r\na=ice-ufrag:4\r\na=ice-pwd:5\r\na=setup:6\r\na=simulcast:7 8\r\n` +
        'a=rid:9 1 2\r\na=extmap:1 2\r\na=rtcp-fb:96 3 4\r\na=fmtp:96 5\r\na=rtpmap:96 6/7\r\na=ssrc-group:8 9\r\n',
    ],
    ['NULs', `${head}${section}a=mid:\0\0\r\n`],
    ['emoji', `${head}${section}a=mid:😀\r\n`],
    ['lone surrogates', `${head}${section}a=mid:\ud800\r\n`],
  ])('%s', (_, text) => {
    const begun = performance.now();
    survive(text);
    expect(performance.now() - begun).toBeLessThan(500);
  });

  it('writes nothing of theirs into the answer', () => {
    const evil = 'x\u000bevil\u2028';
    const sdp = offers.chromiumPublish
      .replace('s=-', `s=${evil}`)
      .replace('webrtc', evil)
      .replace('minptime=10', `minptime=10${evil}`)
      .replace('sha-256', `sha-256${evil}`);
    expect(['fault', 'answered']).toContain(survive(sdp));
    const offer = parsed(sdp);
    const agreement = agreed(agreePublish(offer, ABILITIES));
    expect(writeAnswer(offer, agreement, local(agreement))).not.toContain('evil');
  });
});
