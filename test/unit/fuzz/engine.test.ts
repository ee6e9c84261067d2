import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type Coverage, installCoverage } from '../../../fuzz/engine/coverage.js';
import { keepCrash, keptCrashes } from '../../../fuzz/engine/crashes.js';
import { type FuzzOptions, failureOf, fuzz } from '../../../fuzz/engine/fuzz.js';
import { GuardedMemory } from '../../../fuzz/engine/guarded-memory.js';
import type { FuzzTarget } from '../../../fuzz/engine/target.js';
import { instrument } from '../../../fuzz/instrument.mjs';

const folder = mkdtempSync(join(tmpdir(), 'fuzz-'));
afterAll(() => rmSync(folder, { recursive: true }));

const coverage = installCoverage();

/** A bug behind two bytes, each of which is compared for itself. */
const source = `
  export function parse(bytes) {
    if (bytes[0] !== 0x53) return 0;
    if (bytes[1] !== 0x4c) return 1;
    throw new TypeError('found');
  }
`;

async function load(text: string): Promise<{ parse(bytes: Uint8Array): number }> {
  return import(/* @vite-ignore */ `data:text/javascript,${encodeURIComponent(text)}`);
}

function targetOf(run: (input: Uint8Array) => void): FuzzTarget {
  return { kind: 'binary', maxLength: 16, seeds: () => [new Uint8Array(4)], run };
}

function options(changes: Partial<FuzzOptions> = {}): FuzzOptions {
  return { seed: 1, runs: 60_000, seconds: 60, coverage, hangPath: join(folder, 'hang'), ...changes };
}

describe('the fuzzer', () => {
  it('finds, byte by byte, what chance would not, and tells it once, in few bytes', async () => {
    const { parse } = await load(instrument(source));
    const { crashes, inputs } = await fuzz(targetOf(parse), options());
    expect(inputs).toBe(60_000);
    expect(crashes.map(({ input }) => Buffer.from(input).toString())).toEqual(['SL']);
    expect(crashes[0]?.reason).toContain('TypeError: found');
  });

  it('does not find it without counters: it is they that guide it', async () => {
    const { parse } = await load(source);
    expect((await fuzz(targetOf(parse), options())).crashes).toEqual([]);
  });

  it('does the same again from the same seed, and something else from another', async () => {
    const traceOf = async (seed: number) => {
      const inputs: string[] = [];
      await fuzz(
        targetOf((input) => {
          inputs.push(Buffer.from(input).toString('hex'));
        }),
        options({ seed, runs: 500 }),
      );
      return inputs;
    };
    const first = await traceOf(7);
    expect(first).toHaveLength(500);
    expect(await traceOf(7)).toEqual(first);
    expect(await traceOf(8)).not.toEqual(first);
  });

  it('takes for a crash what takes too long, and what is rejected', async () => {
    const slow = targetOf(() => {
      for (const before = process.cpuUsage(); process.cpuUsage(before).user < 5000; );
    });
    expect(await failureOf({ ...slow, limitMs: 1 }, new Uint8Array(1))).toBe('takes more than 1 ms');
    const rejecting = { ...slow, run: async () => Promise.reject(new Error('later')) };
    expect(await failureOf(rejecting, new Uint8Array(1))).toContain('later');
    expect(await failureOf({ ...slow, run: () => {} }, new Uint8Array(1))).toBeNull();
  });

  it('takes for a crash what keeps memory', async () => {
    const kept: Uint8Array[] = [];
    const target = targetOf(() => {
      kept.push(new Uint8Array(300_000));
    });
    const { crashes } = await fuzz(target, options({ runs: 1000 }));
    expect(kept).toHaveLength(1000);
    expect(crashes.map(({ reason }) => reason)).toEqual([expect.stringMatching(/^the heap grew by \d+ MiB/)]);
  });

  it('cuts down what it goes on with, and seldom makes inputs that are much longer', async () => {
    const { parse } = await load(instrument(source.replace("throw new TypeError('found')", 'return 2')));
    const lengths: number[] = [];
    const seed = new Uint8Array(4096).fill(0x53, 0, 1);
    const target: FuzzTarget = {
      kind: 'binary',
      maxLength: 4096,
      seeds: () => [seed],
      run(input) {
        lengths.push(input.length);
        parse(input);
      },
    };
    await fuzz(target, options({ runs: 5000 }));
    const late = lengths.slice(1000);
    expect(late.filter((length) => length < 256).length).toBeGreaterThan(late.length / 2);
    expect(Math.max(...late)).toBe(4096);
  });

  it('checks across what gains, and some of the rest; what fails there is a crash', async () => {
    const { parse } = await load(instrument(source.replace("throw new TypeError('found')", 'return 2')));
    let checked = 0;
    const target: FuzzTarget = {
      ...targetOf((input) => void parse(input)),
      crossCheck(input) {
        checked++;
        if (input[0] === 0x53 && input[1] === 0x4c) throw new TypeError('crossed');
      },
    };
    const { crashes } = await fuzz(target, options({ runs: 20_000 }));
    expect(crashes.map(({ input }) => Buffer.from(input).toString())).toEqual(['SL']);
    expect(checked).toBeGreaterThan(20_000 / 128);
    expect(checked).toBeLessThan(20_000 / 16);
  });

  it('keeps of a target with a history as much of it as a crash takes', async () => {
    const fed: number[] = [];
    const target: FuzzTarget = {
      ...targetOf((input) => {
        for (const byte of input) {
          fed.push(byte);
          if (byte === 2 && fed.at(-2) === 1) throw new TypeError('one, two');
        }
      }),
      seeds: () => [Uint8Array.of(2, 3), Uint8Array.of(1)],
      history: { inputs: () => Uint8Array.from(fed), forget: () => void fed.splice(0) },
    };
    // The seeds are not mutated: neither is a crash alone, nor is the first after the second.
    expect((await fuzz(target, options({ runs: 2 }))).crashes).toEqual([]);
    fed.length = 0;
    const other = { ...target, seeds: () => [Uint8Array.of(3, 1), Uint8Array.of(2, 3)] };
    const { crashes } = await fuzz(other, options({ runs: 2 }));
    expect(crashes.map(({ input }) => [...input])).toEqual([[1, 2]]);
  });

  it('keeps crashes', () => {
    const path = keepCrash(folder, 'toy', Buffer.from('SLUIC'));
    expect(keptCrashes(folder, 'toy')).toEqual(
      new Map([[path.split('/').at(-1), new Uint8Array(Buffer.from('SLUIC'))]]),
    );
    expect(keptCrashes(folder, 'none').size).toBe(0);
  });
});

describe('the memory around an input', () => {
  const guarded = new GuardedMemory(100);
  const input = Uint8Array.of(1, 2, 3);

  it('lets be who stays inside', () => {
    const sum = guarded.run(input, ({ u8 }, offset, length) =>
      u8.subarray(offset, offset + length).reduce((a, b) => a + b),
    );
    expect(sum).toBe(6);
  });

  it.each([-1, 3, 63])('tells of a byte read at %i', (at) => {
    expect(() => guarded.run(input, ({ u8 }, offset) => u8[offset + at] as number)).toThrow('reads outside');
  });

  it('ends so soon that what lies far behind cannot be read', () => {
    expect(() => guarded.run(input, ({ view }, offset) => view.getUint8(offset + 3 + 64))).toThrow(
      RangeError,
    );
  });

  it.each([-1, 3])('tells of a byte written at %i', (at) => {
    const write = () =>
      guarded.run(input, ({ u8 }, offset) => {
        u8[offset + at] = 0x55;
        return 0;
      });
    expect(write).toThrow('writes outside');
    expect(guarded.run(input, ({ u8 }, offset) => u8[offset] as number)).toBe(1);
  });
});

describe('counters', () => {
  /** Branches that calls take for the first time. */
  async function takenBy(text: string, ...inputs: readonly number[][]): Promise<boolean[]> {
    const { parse } = await load(instrument(text));
    (coverage as Coverage).forget();
    return inputs.map((input) => {
      coverage.reset();
      parse(Uint8Array.from(input));
      return coverage.gained();
    });
  }

  it.each([
    ['if', 'export function parse(b) { if (b[0]) if (b[1]) return 1; else return 2; return 3; }'],
    ['?:', 'export const parse = (b) => b[0] ? b[1] ? 1 : 2 : 3;'],
    ['&&', 'export const parse = (b) => b[0] && (b[1] || b[2]) && ({ a: 1 });'],
    ['switch', 'export function parse(b) { switch (b[0]) { case 1: if (b[1]) break; return 1; default: } }'],
    ['a loop', 'export function parse(b) { for (let i = 0; i < 2 * b[0] + 8 * b[1]; i++); }'],
  ])('tell the ways through %s apart', async (_name, text) => {
    const ways = [
      [0, 0],
      [1, 0],
      [1, 1],
    ];
    expect(await takenBy(text, ...ways)).toEqual([true, true, true]);
    expect(await takenBy(text, ...ways, ...ways)).toEqual([true, true, true, false, false, false]);
  });

  it('change nothing about what a program does', async () => {
    const text = `
      class A { #x = 1; static { A.y ??= 2; } get x() { return this.#x; } set x(v) { this.#x = v; } }
      const f = async (a = 1, { b = 2 } = {}) => ({ a, b });
      function* g() { for (const v of [1, 2, 3]) if (v === 2) yield v; else continue; }
      export function parse(b) {
        const a = new A();
        a.x = b[0] ?? 7;
        outer: for (const k in { p: 1, q: 2 }) { while (true) { if (k === 'p') continue outer; break; } }
        try { if (a.x) throw 1; } catch { a.x += 10; } finally { a.x += 100; }
        do a.x++; while (a.x < 3);
        return [a.x, A.y, [...g()], typeof f, \`\${a.x > 1 ? 'm' : 'n'}\`];
      }`;
    const plain = await load(text);
    const counted = await load(instrument(text));
    for (const input of [[], [0], [1], [2]]) {
      const bytes = Uint8Array.from(input);
      expect(counted.parse(bytes)).toEqual(plain.parse(bytes));
    }
  });
});
