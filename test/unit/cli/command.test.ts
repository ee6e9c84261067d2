import { expect, it } from 'vitest';
import { readCommand } from '../../../src/cli/index.js';

it.each([
  [[], 'serve', []],
  [['--ws-port', '1'], 'serve', ['--ws-port', '1']],
  [['-h'], 'serve', ['-h']],
  [['serve', '--ws-port', '1'], 'serve', ['--ws-port', '1']],
  [['probe', 'a'], 'probe', ['a']],
  [['publish', 'a'], 'publish', ['a']],
  [['check-config', '--ws-port', '1'], 'check-config', ['--ws-port', '1']],
])('%j is %s', (given, command, argv) => {
  expect(readCommand(given)).toEqual({ command, argv });
});

it.each(['', 'server', 'Serve', 'constructor', 'x'.repeat(500), 'a\u001b[31mb'])('refuses %j', (name) => {
  expect(() => readCommand([name])).toThrow(/^[^\p{Cc}]{0,80}: no such command$/u);
});
