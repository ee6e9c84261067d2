import { expect, it } from 'vitest';
import { parseConsoleOptions } from '../../../bench/console/options.mjs';
import { builtServer } from '../../../bench/lib/options.mjs';

it('reads its options', () => {
  expect(parseConsoleOptions([])).toEqual({
    ...{ streams: 100, viewers: 1000, rounds: 3, seconds: 8, warmUp: 20 },
    ...{ json: undefined, server: builtServer },
  });
  const options = parseConsoleOptions(['--streams', '20', '--viewers', '7', '--rounds', '1', '--json', 'a']);
  expect(options).toMatchObject({ streams: 20, viewers: 7, rounds: 1, json: 'a' });
  expect(parseConsoleOptions(['--help'])).toBeNull();
});

it.each([
  // A page that hears nothing for ten seconds connects anew.
  [['--seconds', '9'], /^--seconds: '9' is no whole number from 1 to 8/],
  [['--viewers', '0'], /^--viewers: '0' is no whole number/],
  [['--what'], /Unknown option '--what'/],
])('refuses %j', (args, reason) => {
  expect(() => parseConsoleOptions(args)).toThrow(reason);
});
