import { expect, it } from 'vitest';
import { startRest } from './support.js';

const finding = {
  code: 'viewer-loss',
  severity: 'warning',
  text: '1 of 2 players lose packets, up to 12 % of them.',
  value: 0.12,
  unit: 'ratio',
  threshold: 0.02,
  advice: 'Their networks lose them.',
  players: ['play-1'],
} as const;

it('says why a stream is bad, and that there is none of another name', async () => {
  const { inject } = await startRest({ diagnose: (name) => (name === 'cam/1 ü' ? [finding] : null) });
  const ask = (name: string) => inject({ url: `/api/v1/streams/${encodeURIComponent(name)}/diagnosis` });
  const answer = await ask('cam/1 ü');
  expect([answer.statusCode, answer.json()]).toEqual([200, { name: 'cam/1 ü', findings: [finding] }]);
  const missing = await ask('nobody');
  expect([missing.statusCode, missing.headers['content-type']]).toEqual([
    404,
    'application/problem+json; charset=utf-8',
  ]);
});
