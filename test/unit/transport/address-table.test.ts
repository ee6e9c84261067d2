import { describe, expect, it } from 'vitest';
import { Arena, readSocketAddress, writeSocketAddress } from '../../../src/native/index.js';
import { AddressTable } from '../../../src/transport/address-table.js';

const arena = new Arena(4 * 2 ** 20);
const AT = arena.require(32);

function at(address: string, port: number, family: 'IPv4' | 'IPv6' = 'IPv4'): number {
  expect(writeSocketAddress(arena, AT, family, address, port)).toBe(true);
  return AT;
}

describe('AddressTable', () => {
  it('finds what was put in, with its copy of the address', () => {
    const table = new AddressTable(arena, 16);
    expect(table.find(at('192.0.2.1', 5000))).toBe(-1);
    const id = table.intern(at('192.0.2.1', 5000));
    expect(id).toBe(0);
    expect(table.intern(at('192.0.2.1', 5001))).toBe(1);
    expect(table.intern(at('192.0.2.1', 5000))).toBe(0);
    expect(table.find(at('192.0.2.1', 5000))).toBe(0);
    expect(table.find(at('192.0.2.2', 5000))).toBe(-1);
    expect(readSocketAddress(arena, table.offsetOf(id))).toEqual({ address: '192.0.2.1', port: 5000 });
    expect(table.size).toBe(2);
    table.close();
  });

  it('takes an IPv4-mapped address for the IPv4 one', () => {
    const table = new AddressTable(arena, 16);
    const id = table.intern(at('198.51.100.7', 9, 'IPv6'));
    expect(table.find(at('198.51.100.7', 9))).toBe(id);
    expect(table.find(at('2001:db8::1', 9, 'IPv6'))).toBe(-1);
    table.close();
  });

  it('gives an identifier out again only after reclaim', () => {
    const table = new AddressTable(arena, 2);
    table.intern(at('192.0.2.1', 1));
    table.intern(at('192.0.2.1', 2));
    expect(table.intern(at('192.0.2.1', 3))).toBe(-1);
    table.release(0);
    expect(table.find(at('192.0.2.1', 1))).toBe(-1);
    expect(table.intern(at('192.0.2.1', 3))).toBe(-1);
    expect(readSocketAddress(arena, table.offsetOf(0))?.port).toBe(1);
    table.release(0);
    table.reclaim();
    expect(table.intern(at('192.0.2.1', 3))).toBe(0);
    expect(table.intern(at('192.0.2.1', 4))).toBe(-1);
    table.close();
  });

  it('stays right through thousands of comings and goings', () => {
    const table = new AddressTable(arena, 512);
    const present = new Map<string, number>();
    let seed = 1;
    const random = (below: number) => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
      return (seed >>> 8) % below;
    };
    for (let round = 0; round < 5000; round++) {
      const [address, port] = [`10.0.${random(4)}.${random(8)}`, 1 + random(40)];
      const key = `${address}:${port}`;
      const known = present.get(key);
      expect(table.find(at(address, port))).toBe(known ?? -1);
      if (known !== undefined) {
        table.release(known);
        present.delete(key);
      } else if (present.size < 400) {
        table.reclaim();
        present.set(key, table.intern(at(address, port)));
      }
      expect(table.size).toBe(present.size);
    }
    expect(new Set(present.values()).size).toBe(present.size);
    for (const [key, id] of present) {
      const [address, port] = key.split(':') as [string, string];
      expect(table.find(at(address, Number(port)))).toBe(id);
    }
    table.close();
  });
});
