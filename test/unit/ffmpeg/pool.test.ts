import { Writable } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import { FfmpegPool, type FfmpegPoolOptions } from '../../../src/ffmpeg/index.js';
import { createLogger } from '../../../src/kit/index.js';

const noLeash = { diesWithParent: false, limitsMemory: false };
const ignore = { onOutput: () => {}, onExit: () => {} };
const limits = { timeLimit: 30_000, maxOutput: 1000 };

describe('the children of a process', () => {
  const pools: FfmpegPool[] = [];
  afterEach(() => Promise.all(pools.splice(0).map((pool) => pool.close())));

  /** A pool whose ffmpeg is a shell: arguments are `-c` and a script. */
  function poolOf(options: Partial<FfmpegPoolOptions> = {}) {
    const entries: Record<string, unknown>[] = [];
    const output = new Writable({
      write(line, _, done) {
        entries.push(JSON.parse(String(line)));
        done();
      },
    });
    const pool = new FfmpegPool({
      ffmpeg: { path: 'sh', leash: noLeash },
      size: 2,
      maxMemory: 1 << 30,
      nice: 0,
      log: createLogger({ level: 'debug', output }),
      ...options,
    });
    pools.push(pool);
    return { pool, entries };
  }

  it('are at most so many, and make room when they end', async () => {
    const { pool } = poolOf();
    const first = pool.acquire('a', ['-c', 'exec cat'], ignore);
    const second = pool.acquire('b', ['-c', 'exec cat'], ignore);
    expect(pool.running).toBe(2);
    expect(pool.free).toBe(false);
    expect(pool.acquire('c', ['-c', 'exec cat'], ignore)).toBeNull();
    expect(pool.run('d', ['-c', 'exec cat'], [], limits)).toBeNull();
    first?.endInput();
    await first?.exited;
    expect(pool.running).toBe(1);
    expect(pool.acquire('c', ['-c', 'exec cat'], ignore)).not.toBeNull();
    expect(second?.running).toBe(true);
  });

  it('make room before their owner hears of their end, so that it can start another', async () => {
    const { pool } = poolOf({ size: 1 });
    const again = new Promise((resolve) => {
      pool.acquire('a', ['-c', 'exit 1'], {
        onOutput: () => {},
        onExit: () => resolve(pool.acquire('a', ['-c', 'exec cat'], ignore)),
      });
    });
    expect(await again).not.toBeNull();
  });

  it('are all over when it is closed, and no others come', async () => {
    const { pool } = poolOf();
    const children = [
      pool.acquire('a', ['-c', 'exec cat'], ignore),
      pool.acquire('b', ['-c', 'trap "" TERM; while :; do :; done'], { ...ignore, grace: 20 }),
    ];
    await pool.close();
    expect(pool.running).toBe(0);
    for (const child of children) expect(() => process.kill(child?.pid ?? 0, 0)).toThrow(/ESRCH/);
    expect(pool.acquire('c', ['-c', 'exec cat'], ignore)).toBeNull();
  });

  it('say in the log how they failed, and nothing loud when they did not', async () => {
    const { pool, entries } = poolOf();
    await pool.acquire('transcode', ['-c', 'echo boom >&2; exit 4'], ignore)?.exited;
    expect(entries.at(-1)).toMatchObject({
      level: 'warn',
      msg: 'ffmpeg failed',
      purpose: 'transcode',
      reason: 'exit code 4',
      lastLines: ['boom'],
    });
    await pool.acquire('transcode', ['-c', 'exit 0'], ignore)?.exited;
    expect(entries.at(-1)).toMatchObject({ level: 'debug', msg: 'ffmpeg ended', end: 'finished' });
  });

  it('are none where the arguments cannot be', () => {
    const { pool, entries } = poolOf();
    expect(pool.acquire('a', ['nul\0byte'], ignore)).toBeNull();
    expect(pool.running).toBe(0);
    expect(entries.at(-1)).toMatchObject({ level: 'warn', msg: 'ffmpeg cannot be started' });
  });

  describe('that run to their end', () => {
    const outcome = async (script: string, input: string[] = [], limit = limits) => {
      const { pool } = poolOf();
      const chunks = input.map((text) => Buffer.from(text));
      const result = await pool.run('still', ['-c', script], chunks, limit);
      expect(pool.running).toBe(0);
      return result?.output === null ? result.reason : result?.output.toString();
    };

    it('give all that they wrote', async () => {
      expect(await outcome('exec cat', ['one ', 'two'])).toBe('one two');
    });

    it('give nothing when they fail', async () => {
      expect(await outcome('echo half; echo broken >&2; exit 1')).toBe('exit code 1: broken');
    });

    it('are killed when they write too much', async () => {
      expect(await outcome('head -c 1000 /dev/zero')).toHaveLength(1000);
      expect(await outcome('exec cat /dev/zero')).toBe('it writes too much');
    });

    it('are killed when they take too long', async () => {
      expect(await outcome('exec sleep 600', [], { ...limits, timeLimit: 20 })).toBe('it took too long');
    });
  });
});
