import { expect, it } from 'vitest';
import { agreePlay, agreePublish, writeAnswer } from '../../../src/sdp/index.js';
import { answerProblems } from '../../support/transcript/check-answer.js';
import { namedOffer } from '../../support/transcript/offers.js';
import { agreed, local, parsed, published } from '../sdp/fixtures.js';

const abilities = { audio: ['opus'], video: ['H264', 'VP8'] };

function publishAnswer(sdp: string): string {
  const offer = parsed(sdp);
  const agreement = agreed(agreePublish(offer, abilities));
  return writeAnswer(offer, agreement, local(agreement));
}

function playAnswer(sdp: string): string {
  const offer = parsed(sdp);
  const agreement = agreed(agreePlay(offer, published(namedOffer('offer chromium publish'))));
  return writeAnswer(offer, agreement, local(agreement));
}

const publishOffer = namedOffer('offer chromium publish');
const playOffer = namedOffer('offer chromium play');

it.each([
  'offer chrome-71 publish',
  'offer chromium publish',
  'offer firefox publish',
  'offer chromium publish, audio only',
  'offer chromium publish, video only',
  'offer chromium publish, without bundle',
])('an answer to <%s> is valid', (name) => {
  const offer = namedOffer(name);
  expect(answerProblems(publishAnswer(offer), offer)).toEqual([]);
});

it('answers to players are valid', () => {
  for (const name of ['offer chrome-71 play', 'offer chromium play', 'offer chromium play, without bundle']) {
    expect(answerProblems(playAnswer(namedOffer(name)), namedOffer(name))).toEqual([]);
  }
});

it('an edit of an offer does what it says', () => {
  expect(namedOffer('offer chromium publish, audio only')).not.toContain('m=video');
  expect(namedOffer('offer chromium publish, video only')).not.toContain('m=audio');
  expect(namedOffer('offer chromium publish, without bundle')).not.toContain('a=group');
  expect(namedOffer('offer chromium publish, of unknown codecs')).not.toMatch(/opus|VP8|H264/);
  expect(namedOffer('offer chromium publish, of unknown video codecs')).toMatch(/opus/);
  expect(namedOffer('offer chromium publish, of unknown video codecs')).not.toMatch(/VP8|H264/);
  for (const unknown of [
    'offer',
    'offer opera publish',
    'offer chromium stop',
    'offer chromium play, upside down',
  ])
    expect(() => namedOffer(unknown)).toThrow(`there is no <${unknown}>`);
});

it.each<[string, (answer: string) => string, string]>([
  ['no version', (answer) => answer.slice(5), 'does not start with v=0'],
  [
    'a section too few',
    (answer) => answer.slice(0, answer.indexOf('m=video')),
    'has 1 sections, the offer 2',
  ],
  ['kinds in another order', (answer) => answer.replace('m=audio', 'm=application'), 'is application'],
  ['a section switched off', (answer) => answer.replace(/m=video \d+/, 'm=video 0'), '(video) is rejected'],
  ['another mid', (answer) => answer.replace('a=mid:0', 'a=mid:9'), 'has the mid 9 instead of 0'],
  [
    'a payload type not offered',
    (answer) => answer.replace(/(m=audio.*) 111/, '$1 42'),
    'has payload types 42',
  ],
  ['no rtpmap', (answer) => answer.replace('a=rtpmap:111', 'a=x-rtpmap:111'), 'lacks an rtpmap'],
  ['the same direction', (answer) => answer.replace('a=recvonly', 'a=sendonly'), 'is sendonly'],
  ['no rtcp-mux', (answer) => answer.replace('a=rtcp-mux', 'a=x'), 'lacks rtcp-mux'],
  ['no ICE user name', (answer) => answer.replace('a=ice-ufrag', 'a=x'), 'lacks an ICE user name'],
  [
    'a short ICE password',
    (answer) => answer.replace(/a=ice-pwd:.*/, 'a=ice-pwd:short'),
    'lacks an ICE password',
  ],
  ['no fingerprint', (answer) => answer.replace('a=fingerprint', 'a=x'), 'lacks a SHA-256 fingerprint'],
  [
    'the setup of an offer',
    (answer) => answer.replace('a=setup:passive', 'a=setup:actpass'),
    'the setup actpass',
  ],
  ['no candidate', (answer) => answer.replace('a=candidate', 'a=x'), 'lacks a candidate'],
  ['no bundle', (answer) => answer.replace('a=group', 'a=x'), 'bundles "" instead of "0 1"'],
])('%s is found', (_, spoil, problem) => {
  const answer = publishAnswer(publishOffer);
  expect(spoil(answer)).not.toBe(answer);
  expect(answerProblems(spoil(answer), publishOffer).join('\n')).toContain(problem);
});

it('tracks of different streams are found', () => {
  const answer = playAnswer(playOffer);
  const spoiled = answer.replace('a=msid:stream-1 ', 'a=msid:stream-2 ');
  expect(spoiled).not.toBe(answer);
  expect(answerProblems(spoiled, playOffer)).toEqual(['names no common stream']);
  expect(answerProblems(answer.replaceAll('a=msid:', 'a=x:'), playOffer)).toEqual(['names no common stream']);
});

it('what must be switched off is, and nothing else', () => {
  const offer = namedOffer('offer chromium publish, of unknown video codecs');
  expect(answerProblems(publishAnswer(offer), offer, ['video'])).toEqual([]);
  expect(answerProblems(publishAnswer(offer), offer).join()).toContain('section 1 (video) is rejected');
  expect(answerProblems(publishAnswer(publishOffer), publishOffer, ['video']).join()).toContain(
    'is not rejected',
  );
});
