import { describe, expect, it } from 'vitest';
import { Arena, writeSocketAddress } from '../../../src/native/index.js';
import { Strangers } from '../../../src/transport/strangers.js';

const arena = new Arena(2 ** 16);
const source = arena.require(32);

function from(address: string): number {
  writeSocketAddress(arena, source, address.includes(':') ? 'IPv6' : 'IPv4', address, 4000);
  return source;
}

describe('Strangers', () => {
  it('are counted by IPv4 address, mapped or not, and by the first half of an IPv6 address', () => {
    const strangers = new Strangers();
    const all = [
      '192.0.2.1',
      '::ffff:192.0.2.1',
      '192.0.2.2',
      '2001:db8::1',
      '2001:db8::ffff:0:0:2',
      '2001:db8:0:1::1',
    ];
    for (const [index, address] of all.entries()) strangers.add(index, arena, from(address), 0);
    expect(all.map((address) => strangers.countLike(arena, from(address)))).toEqual([2, 2, 1, 2, 2, 1]);
    expect(strangers.countLike(arena, from('198.51.100.1'))).toBe(0);
    strangers.remove(1);
    strangers.remove(1);
    strangers.remove(3);
    expect(all.map((address) => strangers.countLike(arena, from(address)))).toEqual([1, 1, 1, 1, 1, 1]);
  });

  it('know who has been there longest', () => {
    const strangers = new Strangers();
    expect([strangers.oldest(), strangers.oldestSince()]).toEqual([-1, Number.POSITIVE_INFINITY]);
    for (const [index, connection] of [7, 3, 9].entries())
      strangers.add(connection, arena, from('192.0.2.1'), 100 * index);
    expect([strangers.oldest(), strangers.oldestSince()]).toEqual([7, 0]);
    strangers.remove(7);
    expect([strangers.oldest(), strangers.oldestSince(), strangers.size]).toEqual([3, 100, 2]);
    expect([strangers.has(7), strangers.has(9)]).toEqual([false, true]);
  });
});
