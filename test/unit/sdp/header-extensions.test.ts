import { describe, expect, it } from 'vitest';
import { midUri, transportWideCcUri } from '../../../src/kit/index.js';
import { acceptedSections, agreePlay, agreePublish, writeAnswer } from '../../../src/sdp/index.js';
import { ABILITIES, agreed, linesOf, local, offers, parsed, publishAnswer } from './fixtures.js';

const published = acceptedSections(agreed(agreePublish(parsed(offers.chromiumPublish), ABILITIES)));
const wanted = [midUri, transportWideCcUri];

/** The `a=extmap` lines, and that of their forms, of the answer to a player, audio then video. */
function playerLines(sdp: string): string[][] {
  const offer = parsed(sdp);
  const agreement = agreed(agreePlay(offer, published, wanted));
  const answer = writeAnswer(offer, agreement, local(agreement));
  return (['audio', 'video'] as const).map((kind) =>
    linesOf(answer, kind).filter((line) => line.startsWith('a=extmap')),
  );
}

describe('the m-section on packets to a player', () => {
  it('is agreed on where sections share a transport', () => {
    const lines = [`a=extmap:3 ${transportWideCcUri}`, `a=extmap:4 ${midUri}`, 'a=extmap-allow-mixed'];
    expect(playerLines(offers.chromiumPlay)).toEqual([lines, lines]);
  });

  it.each([
    ['without BUNDLE', (sdp: string) => sdp.replace(/^a=group:BUNDLE.*\r\n/m, '')],
    [
      'with names that one-byte elements cannot have',
      (sdp: string) =>
        sdp
          .replace('a=group:BUNDLE 0 1', `a=group:BUNDLE ${'a'.repeat(17)} ${'v'.repeat(17)}`)
          .replace('a=mid:0', `a=mid:${'a'.repeat(17)}`)
          .replace('a=mid:1', `a=mid:${'v'.repeat(17)}`),
    ],
    [
      'that does not want it',
      (sdp: string) => sdp.replaceAll(`a=extmap:4 ${midUri}`, `a=extmap:4/sendonly ${midUri}`),
    ],
  ])('is not, %s', (_, change) => {
    const changed = change(offers.chromiumPlay);
    expect(changed).not.toBe(offers.chromiumPlay);
    expect(playerLines(changed).flat().join()).not.toContain(midUri);
  });

  it('is agreed on up to 16 characters', () => {
    const sdp = offers.chromiumPlay
      .replace('a=group:BUNDLE 0 1', `a=group:BUNDLE 0 ${'v'.repeat(16)}`)
      .replace('a=mid:1', `a=mid:${'v'.repeat(16)}`);
    expect(playerLines(sdp)[1]).toContain(`a=extmap:4 ${midUri}`);
  });
});

describe('ids that only the two-byte form can say', () => {
  it('are agreed on, of publishers and players', () => {
    const high = (sdp: string) => sdp.replaceAll('a=extmap:3 ', 'a=extmap:21 ');
    expect(linesOf(publishAnswer(high(offers.chromiumPublish)), 'video')).toContain(
      `a=extmap:21 ${transportWideCcUri}`,
    );
    expect(playerLines(high(offers.chromiumPlay))[1]).toContain(`a=extmap:21 ${transportWideCcUri}`);
  });

  it.each([0, 15, 256])('but for %d', (id) => {
    const sdp = offers.chromiumPlay.replaceAll('a=extmap:3 ', `a=extmap:${id} `);
    expect(playerLines(sdp).flat().join()).not.toContain(transportWideCcUri);
  });
});

describe('a mixture of both forms', () => {
  it('is agreed on where it is offered, for the session or a section', () => {
    const line = 'a=extmap-allow-mixed';
    expect(linesOf(publishAnswer(offers.chromiumPublish), 'audio')).toContain(line);
    expect(linesOf(publishAnswer(offers.firefoxPublish), 'video')).toContain(line);
    expect(publishAnswer(offers.chrome71Publish)).not.toContain(line);
    const video = offers.chrome71Publish.replace('a=mid:video', `${line}\r\na=mid:video`);
    expect(linesOf(publishAnswer(video), 'video')).toContain(line);
    expect(linesOf(publishAnswer(video), 'audio')).not.toContain(line);
  });
});
