import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { findLeash } from '../../../src/ffmpeg/index.js';
import { leashed } from '../../../src/ffmpeg/leash.js';

describe('a parent that is killed', async () => {
  const leash = await findLeash();

  /** Starts a parent whose child has no input and ignores what it can, kills the parent, and waits for the child. */
  async function childOfKilledParent(withLeash: boolean): Promise<number> {
    const command = leashed(
      { program: 'sh', args: ['-c', 'trap "" TERM HUP INT; echo $$; exec sleep 600'] },
      { diesWithParent: withLeash, limitsMemory: leash.limitsMemory },
      1 << 30,
    );
    const words = JSON.stringify([command.program, command.args]);
    const script = `const [program, args] = ${words};
      require('child_process').spawn(program, args, { stdio: ['ignore', 'inherit', 'ignore'] });`;
    const parent = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'ignore'] });
    const [line] = (await once(parent.stdout, 'data')) as [Buffer];
    parent.kill('SIGKILL');
    await once(parent, 'exit');
    return Number(String(line));
  }

  /** Whether it runs: one that is dead but that nobody has asked after (a zombie) does not. */
  const lives = (pid: number) => {
    try {
      return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
    } catch {
      return false;
    }
  };

  it.runIf(leash.diesWithParent)('takes its child with it', async () => {
    const pid = await childOfKilledParent(true);
    const deadline = performance.now() + 10_000;
    while (lives(pid) && performance.now() < deadline) await new Promise((resolve) => setImmediate(resolve));
    expect(lives(pid)).toBe(false);
  });

  it('would leave it behind without a leash', async () => {
    const pid = await childOfKilledParent(false);
    expect(lives(pid)).toBe(true);
    process.kill(pid, 'SIGKILL');
  });
});
