import { expect, it } from 'vitest';
import { allFaults } from '../../chaos/faults/index.mjs';
import { run } from '../../chaos/lib/run.mjs';

/** One of each kind that no other test has; `npm run chaos` does them all. */
const names = [
  'kill -9 media: all of them',
  'channel cut: media',
  'no descriptors left: media process killed',
];

it('faults are told as they should be, leave nothing, and new clients are served again', async () => {
  const faults = names.map((name) => allFaults.find((one) => one.name === name)!);
  const outcomes = await run(faults, { within: 3000, dice: Math.random }, () => {});
  const right = names.map((name) => ({ name, wrong: [], leaks: [], served: expect.any(Number) }));
  expect(outcomes.map(({ name, wrong, leaks, served }) => ({ name, wrong, leaks, served }))).toEqual(right);
}, 120_000);
