import { describe, expect, it } from 'vitest';
import { FfmpegProcess, type FfmpegProcessOptions } from '../../../src/ffmpeg/index.js';

/** A program that stands for ffmpeg, in the language of the shell. */
function run(script: string, options: Partial<FfmpegProcessOptions> = {}) {
  const output: Buffer[] = [];
  const exits: unknown[] = [];
  let awaited: { size: number; resolve: () => void } | null = null;
  const size = () => output.reduce((sum, chunk) => sum + chunk.length, 0);
  const child = new FfmpegProcess(
    { program: 'sh', args: ['-c', script] },
    {
      onOutput: (chunk) => {
        output.push(chunk);
        if (awaited && size() >= awaited.size) awaited.resolve();
      },
      onExit: (exit) => exits.push(exit),
      ...options,
    },
  );
  const text = () => Buffer.concat(output).toString();
  const received = (wanted: number) =>
    new Promise<void>((resolve) => {
      if (size() >= wanted) resolve();
      else awaited = { size: wanted, resolve };
    });
  return { child, exits, text, received };
}

describe('a child', () => {
  it('is given input in order, gives output in order and comes to its end', async () => {
    const { child, exits, text } = run('exec cat');
    for (const word of ['one ', 'two ', 'three']) expect(child.write(Buffer.from(word))).toBe(true);
    child.endInput();
    expect(child.running).toBe(false);
    expect(child.write(Buffer.from('late'))).toBe(false);
    const exit = await child.exited;
    expect(exit).toEqual({ end: 'finished', reason: 'exit code 0', lastLines: [] });
    expect(exits).toEqual([exit]);
    expect(text()).toBe('one two three');
  });

  it('that fails says how, and its last words', async () => {
    const { child, exits } = run('echo first >&2; echo "no such codec" >&2; exit 3');
    expect(await child.exited).toEqual({
      end: 'failed',
      reason: 'exit code 3',
      lastLines: ['first', 'no such codec'],
    });
    expect(exits).toHaveLength(1);
    expect(child.write(Buffer.from('x'))).toBe(false);
    expect(child.waiting).toBe(0);
  });

  it('that crashes says by which signal', async () => {
    const { child } = run('kill -SEGV $$');
    expect(await child.exited).toMatchObject({ end: 'failed', reason: 'killed by SIGSEGV' });
  });

  it.each([
    ['is not there', '/nowhere/ffmpeg', /ENOENT/],
    ['is no program', '/', /EACCES/],
  ])('that %s fails like any other', async (_, program, reason) => {
    const exits: unknown[] = [];
    const child = new FfmpegProcess(
      { program, args: [] },
      { onOutput: () => {}, onExit: (exit) => exits.push(exit) },
    );
    child.write(Buffer.from('x'));
    const exit = await child.exited;
    expect(exit).toMatchObject({ end: 'failed', reason: expect.stringMatching(reason) });
    expect(exits).toEqual([exit]);
    expect(child.pid).toBe(-1);
    await child.close();
  });

  it('takes input up to a limit while it does not read, and goes on when it does', async () => {
    const { child, text } = run('exec cat', { maxInput: 200_000 });
    process.kill(child.pid, 'SIGSTOP');
    let taken = 0;
    const chunk = Buffer.alloc(50_000, 'x');
    while (child.write(chunk)) taken += 1;
    // The pipe itself may have held some.
    expect(taken).toBeGreaterThanOrEqual(4);
    expect(taken).toBeLessThan(30);
    expect(child.waiting).toBeLessThanOrEqual(200_000);
    expect(child.write(Buffer.alloc(200_001))).toBe(false);
    process.kill(child.pid, 'SIGCONT');
    child.endInput();
    await child.exited;
    expect(text().length).toBe(taken * chunk.length);
  });

  it('takes no more while input has been waiting for too long', async () => {
    const { child, received } = run('exec cat', { maxWait: 500 });
    process.kill(child.pid, 'SIGSTOP');
    const first = Buffer.alloc(2_000_000, 'x');
    expect(child.write(first, 1000)).toBe(true);
    expect(child.write(Buffer.from('y'), 1500)).toBe(true);
    expect(child.write(Buffer.from('z'), 1501)).toBe(false);
    process.kill(child.pid, 'SIGCONT');
    await received(first.length + 1);
    expect(child.write(Buffer.from('z'), 1502)).toBe(true);
    await child.close();
  });

  it('that hangs is killed once input has come for too long without output', async () => {
    const { child } = run('exec cat', { silenceLimit: 1000 });
    process.kill(child.pid, 'SIGSTOP');
    for (let now = 0; now <= 1000; now += 250) expect(child.write(Buffer.from('x'), now)).toBe(true);
    expect(child.write(Buffer.from('x'), 1001)).toBe(false);
    expect(await child.exited).toMatchObject({ end: 'hung', reason: 'killed by SIGKILL' });
  });

  it('that hangs while input is kept from it is killed all the same', async () => {
    const { child } = run('exec sleep 600', { silenceLimit: 1000 });
    expect(child.write(Buffer.from('x'), 0)).toBe(true);
    for (let now = 250; now <= 1000; now += 250) child.withhold(now);
    expect(child.running).toBe(true);
    child.withhold(1001);
    expect(child.running).toBe(false);
    expect(await child.exited).toMatchObject({ end: 'hung', reason: 'killed by SIGKILL' });
  });

  it('that answers is not taken for hung', async () => {
    const { child, received } = run('exec cat', { silenceLimit: 1000 });
    for (let now = 0; now <= 5000; now += 500) {
      expect(child.write(Buffer.from('x'), now)).toBe(true);
      await received(now / 500 + 1);
    }
    expect(await child.close()).toMatchObject({ end: 'closed', reason: 'exit code 0' });
  });

  it('that closes its input but lives is hung, too', async () => {
    const { child, received } = run('exec <&-; echo closed; exec sleep 600', { silenceLimit: 1000 });
    await received(6);
    for (let now = 0; now <= 1000; now += 250) child.write(Buffer.from('x'), now);
    expect(child.write(Buffer.from('x'), 1001)).toBe(false);
    expect(await child.exited).toMatchObject({ end: 'hung' });
  });

  it('that lives too long is killed', async () => {
    const { child } = run('exec sleep 600', { timeLimit: 20 });
    expect(await child.exited).toMatchObject({ end: 'too-long', reason: 'killed by SIGKILL' });
  });

  it('that ignores the end of its input and every signal is killed after its grace', async () => {
    const { child, received } = run('trap "" TERM INT HUP PIPE; echo ready; while :; do :; done', {
      grace: 20,
    });
    await received(6);
    expect(await child.close()).toMatchObject({ end: 'closed', reason: 'killed by SIGKILL' });
  });

  it('that is stopped is killed all the same', async () => {
    const { child } = run('exec cat', { grace: 20 });
    process.kill(child.pid, 'SIGSTOP');
    expect(await child.close()).toMatchObject({ end: 'closed', reason: 'killed by SIGKILL' });
  });

  it('is closed as often as one likes, and its owner told once', async () => {
    const { child, exits } = run('exec cat');
    const all = await Promise.all([child.close(), child.close(), child.kill()]);
    expect(new Set(all).size).toBe(1);
    await child.kill();
    expect(exits).toHaveLength(1);
  });

  it('may flood both of its outputs', async () => {
    const { child, text } = run('head -c 3000000 /dev/zero >&2; head -c 3000000 /dev/zero');
    const { end, lastLines } = await child.exited;
    expect(end).toBe('finished');
    expect(text().length).toBe(3_000_000);
    expect(lastLines.join('').length).toBeLessThanOrEqual(8000);
  });

  it('does not know the settings of Sluice', async () => {
    process.env.SLUICE_TEST_SECRET = 'secret';
    const { child, text } = run('exec env');
    await child.exited;
    delete process.env.SLUICE_TEST_SECRET;
    expect(text()).toContain('PATH=');
    expect(text()).not.toContain('SLUICE');
  });

  it('gives way to others', async () => {
    const { child, received, text } = run('read line; exec nice', { nice: 7 });
    child.write(Buffer.from('\n'));
    await received(2);
    await child.exited;
    expect(Number(text())).toBeGreaterThanOrEqual(7);
  });
});
