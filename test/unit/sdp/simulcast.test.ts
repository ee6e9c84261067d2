import { describe, expect, it } from 'vitest';
import { acceptedSections, agreePlay, agreePublish } from '../../../src/sdp/index.js';
import { ABILITIES, agreed, linesOf, offers, parsed, publishAnswer } from './fixtures.js';

const RID = 'urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id';
const REPAIRED = 'urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id';

/** Chrome 71's offer, its video with more lines; its H.264 is payload type 127. */
function offering(...lines: string[]): string {
  const all = [`a=extmap:10 ${RID}`, `a=extmap:11 ${REPAIRED}`, ...lines];
  return offers.chrome71Publish.replace(/a=mid:video\r?\n/, `a=mid:video\r\n${all.join('\r\n')}\r\n`);
}

function encodingsOf(sdp: string): readonly string[] {
  const video = acceptedSections(agreed(agreePublish(parsed(sdp), ABILITIES))).find(
    ({ kind }) => kind === 'video',
  );
  return video?.encodings ?? [];
}

const three = ['a=rid:q send', 'a=rid:h send', 'a=rid:f send'];

describe('simulcast', () => {
  it('is answered: the encodings received, and what tells them apart', () => {
    const answer = publishAnswer(offering(...three, 'a=simulcast:send q;h;f'));
    expect(linesOf(answer, 'video')).toEqual(
      expect.arrayContaining([
        'a=rid:q recv',
        'a=rid:h recv',
        'a=rid:f recv',
        'a=simulcast:recv q;h;f',
        `a=extmap:10 ${RID}`,
        `a=extmap:11 ${REPAIRED}`,
      ]),
    );
    expect(linesOf(answer, 'audio').join()).not.toContain('rid');
  });

  it.each([
    ['two', ['a=rid:a send', 'a=rid:b send', 'a=simulcast:send b;a'], ['b', 'a']],
    ['both directions', [...three, 'a=simulcast:recv x;y send q;f'], ['q', 'f']],
    ['some paused in the beginning', [...three, 'a=simulcast:send q;~h;~f'], ['q', 'h', 'f']],
    ['alternatives', [...three, 'a=simulcast:send x,~q,h;f,h'], ['q', 'f']],
    ['one twice', [...three, 'a=simulcast:send q;q;h'], ['q', 'h']],
    ['some without a=rid', [...three, 'a=simulcast:send q;z;f'], ['q', 'f']],
    [
      'parameters',
      ['a=rid:q send pt=127', 'a=rid:h send max-width=640;pt=100,127', 'a=simulcast:send q;h'],
      ['q', 'h'],
    ],
    [
      'one of another codec',
      ['a=rid:q send pt=96', 'a=rid:h send', 'a=rid:f send', 'a=simulcast:send q;h;f'],
      ['h', 'f'],
    ],
    [
      'more than four',
      [...'abcdefg'].map((rid) => `a=rid:${rid} send`).concat('a=simulcast:send a;b;c;d;e;f;g'),
      ['a', 'b', 'c', 'd'],
    ],
  ])('of %s', (_, lines, rids) => {
    expect(encodingsOf(offering(...lines))).toEqual(rids);
  });

  it.each([
    ['no a=simulcast', three],
    ['no a=rid', ['a=simulcast:send q;h;f']],
    ['one encoding', ['a=rid:q send', 'a=simulcast:send q']],
    ['one that is left', ['a=rid:q send', 'a=rid:h send pt=96', 'a=simulcast:send q;h']],
    ['encodings to be received', ['a=rid:q recv', 'a=rid:h recv', 'a=simulcast:recv q;h']],
    ['names that are none', ['a=rid:../q send', 'a=rid:h\u0000 send', 'a=simulcast:send ../q;h\u0000']],
    [
      'names that are too long',
      [`a=rid:${'q'.repeat(17)} send`, 'a=rid:h send', `a=simulcast:send ${'q'.repeat(17)};h`],
    ],
    ['nothing', ['a=rid: send', 'a=simulcast:send ;;;', 'a=simulcast:']],
  ])('is not agreed on with %s', (_, lines) => {
    const sdp = offering(...lines);
    expect(encodingsOf(sdp)).toEqual([]);
    const answer = publishAnswer(sdp);
    for (const absent of ['simulcast', 'a=rid', RID]) expect(answer).not.toContain(absent);
  });

  it('is not agreed on where packets would not say what they are', () => {
    const sdp = offering(...three, 'a=simulcast:send q;h;f').replace(`a=extmap:10 ${RID}\r\n`, '');
    expect(encodingsOf(sdp)).toEqual([]);
    expect(publishAnswer(sdp)).not.toContain('simulcast');
  });

  it('has its RTX answered, and is sent again as it was where packets would not say what they repeat', () => {
    const sdp = offering(...three, 'a=simulcast:send q;h;f');
    const rtx = ['a=rtpmap:122 rtx/90000', 'a=fmtp:122 apt=127'];
    expect(linesOf(publishAnswer(sdp), 'video')).toEqual(expect.arrayContaining(rtx));
    for (const unnamed of [
      sdp.replace(`a=extmap:11 ${REPAIRED}\r\n`, ''),
      sdp.replace(`a=extmap:11 ${REPAIRED}`, `a=extmap:11/recvonly ${REPAIRED}`),
    ]) {
      const answer = publishAnswer(unnamed);
      expect(answer).toContain('a=simulcast:recv q;h;f');
      expect(answer).not.toContain('rtx');
    }
  });

  it('is nothing for players', () => {
    const published = acceptedSections(agreed(agreePublish(parsed(offers.chrome71Publish), ABILITIES)));
    const sdp = `${offers.chrome71Play.trimEnd()}\r\na=extmap:10 ${RID}\r\na=rid:q send\r\na=rid:h send\r\na=simulcast:send q;h\r\n`;
    for (const { encodings } of acceptedSections(agreed(agreePlay(parsed(sdp), published))))
      expect(encodings).toEqual([]);
  });

  it('survives lists without end', () => {
    const list = Array.from({ length: 3000 }, (_, index) => `r${index}`);
    const lines = list.slice(0, 1000).map((rid) => `a=rid:${rid} send`);
    expect(encodingsOf(offering(...lines, `a=simulcast:send ${list.join(';')}`))).toEqual([
      'r0',
      'r1',
      'r2',
      'r3',
    ]);
  });
});
