import { expect, it } from 'vitest';
import { limitWarnings, readLimits } from '../../src/system-check.js';

const config = { media: { socketBuffer: 4_194_304 }, signaling: { maxSessions: 10_000, maxPending: 1000 } };
const enough = { receiveBuffer: 4_194_304, sendBuffer: 4_194_304, openFiles: 12_000, netAdmin: false };

it('says nothing where there is enough, or where the system does not say', () => {
  expect(limitWarnings(enough, config)).toEqual([]);
  const silent = { receiveBuffer: null, sendBuffer: null, openFiles: null, netAdmin: false };
  expect(limitWarnings(silent, config)).toEqual([]);
});

it('says which limit is too low, and what to do', () => {
  const low = { ...enough, receiveBuffer: 212_992, openFiles: 11_999 };
  expect(limitWarnings(low, config)).toEqual([
    'net.core.rmem_max is 212992, so media sockets do not get the buffer of media.socketBuffer and lose bursts: run sysctl -w net.core.rmem_max=4194304',
    'this process may have 11999 files open, too few for signaling.maxSessions: allow 12000 (ulimit -n, LimitNOFILE)',
  ]);
  expect(limitWarnings({ ...enough, sendBuffer: 1 }, config)[0]).toMatch(/^net\.core\.wmem_max is 1,/);
});

it('leaves buffers to a process that may exceed their bounds', () => {
  expect(limitWarnings({ ...enough, receiveBuffer: 1, sendBuffer: 1, netAdmin: true }, config)).toEqual([]);
});

it('reads what the kernel shows', () => {
  const files: Record<string, string> = {
    '/proc/sys/net/core/rmem_max': '212992\n',
    '/proc/sys/net/core/wmem_max': '300000\n',
    '/proc/self/limits':
      'Limit  Soft  Hard\nMax processes  5  6  processes\nMax open files            1024                 524288               files\n',
    '/proc/self/status': 'Name:\tnode\nCapPrm:\t0000000000000000\nCapEff:\t0000000000001000\n',
  };
  const read = (path: string) => files[path] ?? '';
  expect(readLimits(read)).toEqual({
    receiveBuffer: 212_992,
    sendBuffer: 300_000,
    openFiles: 1024,
    netAdmin: true,
  });
});

it.each([
  [
    'unreadable',
    () => {
      throw new Error('EACCES');
    },
  ],
  ['empty', () => ''],
  ['odd', () => 'Max open files  unlimited\nCapEff:\tzz\nlots\n'],
])('knows nothing of %s files', (_what, read) => {
  expect(readLimits(read)).toEqual({
    receiveBuffer: null,
    sendBuffer: null,
    openFiles: null,
    netAdmin: false,
  });
});
