import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { finishLeftovers } from '../../src/egress/recording/index.js';
import { decodeErrors, probe } from '../support/recording/probe.js';

const child = fileURLToPath(new URL('../support/recording/record-forever.mjs', import.meta.url));
const codecs = ['H264', 'VP8'];
const size = 16 << 20;
/** Of the stream's time, ms; it runs at twice its speed, so that the disk has half of that. */
const [speed, until, mostLost] = [2, 5460, 2000];

let folder: string;
let mounted: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'power-cut-'));
  mounted = join(folder, 'mounted');
  mkdirSync(mounted);
});

afterAll(() => {
  unmount();
  rmSync(folder, { recursive: true, force: true });
});

/** @returns whether that is possible: it takes root, and a kernel that has it */
function mount(disk: string): boolean {
  try {
    // The journal is not committed by itself meanwhile: only what is brought to the disk is there.
    execFileSync('mount', ['-o', 'loop,commit=300', disk, mounted], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function unmount(): void {
  try {
    execFileSync('umount', [mounted], { stdio: 'ignore' });
  } catch {
    // It was not.
  }
}

/** A file system in a file; null where there cannot be one. */
function makeDisk(): string | null {
  const disk = join(folder, 'disk');
  writeFileSync(disk, '');
  truncateSync(disk, size);
  try {
    execFileSync('mkfs.ext4', ['-q', disk], { stdio: 'ignore' });
  } catch {
    return null;
  }
  return mount(disk) ? disk : null;
}

/** Records until so much has been written, then kills the recorder. @returns how far it was, ms */
async function recordAndKill(codec: string): Promise<number> {
  const args = [child, join(mounted, codec), codec, String(speed)];
  const recorder = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let last = 0;
  const lines = createInterface(recorder.stdout);
  lines.on('line', (line) => {
    last = Number(line);
    if (last === until) recorder.kill('SIGKILL');
  });
  await once(lines, 'close');
  return last;
}

it('a machine that stops loses the last 2 s at most, and the rest is found at the next start', async (context) => {
  const disk = makeDisk();
  if (disk === null) return context.skip();
  const ends = await Promise.all(codecs.map(recordAndKill));
  // As the disk is now, the next start finds it: what the system still has in memory is not there.
  const left = join(folder, 'left');
  copyFileSync(disk, left);
  unmount();
  expect(mount(left)).toBe(true);
  for (const [index, codec] of codecs.entries()) {
    const records = join(mounted, codec);
    const { recovered, failed } = await finishLeftovers(records);
    expect(failed).toEqual([]);
    expect(readdirSync(records)).toEqual(recovered.map(({ name }) => name));
    const path = join(records, recovered[0]!.name);
    const { times, complaints } = await probe(path);
    expect(complaints).toBe('');
    expect(await decodeErrors(path)).toBe('');
    for (const kind of ['video', 'audio'] as const)
      expect(ends[index]! - times[kind].at(-1)! * 1000, kind).toBeLessThan(mostLost);
  }
}, 30_000);
