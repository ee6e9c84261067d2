import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { BoundedFolder, diskReason, FolderLimit } from '../../../src/kit/index.js';

function makeFolder(limits: { maxFiles?: number; maxFileSize?: number } = {}) {
  const root = mkdtempSync(join(tmpdir(), 'sluice-folder-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const path = join(root, 'deep', 'folder');
  return new BoundedFolder({ path, extension: '.txt', maxFiles: 3, maxFileSize: 10, ...limits });
}

const read = (folder: BoundedFolder, name: string) => readFileSync(join(folder.path, name), 'utf8');

it('makes files for their owner alone, with names that nobody can guess', async () => {
  const folder = makeFolder();
  const names = [await folder.add('one'), await folder.add('two')];
  for (const name of names) expect(name).toMatch(/^\d{8}T\d{9}Z-[A-Za-z0-9_-]{22}\.txt$/);
  expect(names[0]?.slice(-26)).not.toBe(names[1]?.slice(-26));
  expect(names.map((name) => read(folder, name))).toEqual(['one', 'two']);
  expect(statSync(folder.path).mode & 0o777).toBe(0o700);
  expect(statSync(join(folder.path, names[0] as string)).mode & 0o777).toBe(0o600);
});

it('deletes its oldest files, and nothing that is not its own', async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 0, 2, 3, 4, 5, 678) });
  onTestFinished(() => void vi.useRealTimers());
  const folder = makeFolder();
  const names: string[] = [];
  for (let count = 0; count < 5; count++) {
    names.push(await folder.add(String(count)));
    vi.setSystemTime(Date.now() + 1);
    if (count === 0) {
      for (const other of ['notes.txt', '20200101T000000000Z-short.txt'])
        writeFileSync(join(folder.path, other), '');
    }
  }
  expect(names[0]).toMatch(/^20260102T030405678Z-/);
  expect(readdirSync(folder.path).sort()).toEqual(
    ['20200101T000000000Z-short.txt', ...names.slice(2), 'notes.txt'].sort(),
  );
});

it('keeps to its bounds when many files come at once', async () => {
  const folder = makeFolder();
  await Promise.all(Array.from({ length: 20 }, (_, index) => folder.add(String(index))));
  expect(readdirSync(folder.path)).toHaveLength(3);
});

it('refuses a file or an addition beyond the size, counted in bytes', async () => {
  const folder = makeFolder();
  await expect(folder.add('0123456789!')).rejects.toBeInstanceOf(FolderLimit);
  await expect(folder.add('äöüäöü')).rejects.toBeInstanceOf(FolderLimit);
  const name = await folder.add('01234');
  await folder.append(name, '56789');
  await expect(folder.append(name, '!')).rejects.toBeInstanceOf(FolderLimit);
  expect(readdirSync(folder.path)).toEqual([name]);
  expect(read(folder, name)).toBe('0123456789');
});

it('does not bring back a file that had to go', async () => {
  const folder = makeFolder({ maxFiles: 1 });
  const first = await folder.add('a');
  const second = await folder.add('b');
  await expect(folder.append(first, 'x')).rejects.toMatchObject({ code: 'ENOENT' });
  expect(readdirSync(folder.path)).toEqual([second]);
});

it('goes on after a failure', async () => {
  const folder = makeFolder();
  const failing = folder.add('far too long for it');
  const name = folder.add('next');
  await expect(failing).rejects.toBeInstanceOf(FolderLimit);
  expect(read(folder, await name)).toBe('next');
  await folder.settled();
});

it('lets only so many writes wait', async () => {
  const folder = makeFolder();
  const all = await Promise.allSettled(Array.from({ length: 300 }, () => folder.add('x')));
  expect(all.filter(({ status }) => status === 'rejected')).toHaveLength(300 - 256);
  expect(await folder.add('y')).toMatch(/\.txt$/);
});

it('tells why a disk fails without the name of the file', async () => {
  const folder = makeFolder();
  mkdirSync(join(folder.path, '..'), { recursive: true });
  writeFileSync(folder.path, 'a file where the folder should be');
  const error = await folder.add('x').catch((reason: unknown) => reason);
  expect(diskReason(error)).toMatch(/^(EEXIST|ENOTDIR) \(mkdir\)$/);
  expect(diskReason(new FolderLimit('full'))).toBe('full');
  expect(diskReason(new Error('/secret/name'))).toBe('unknown reason');
});

it('knows its names from paths and from others', async () => {
  const folder = makeFolder();
  const name = await folder.add('x');
  expect(folder.owns(name)).toBe(true);
  for (const other of [
    '',
    '..',
    `../${name}`,
    `${name}\n`,
    `\n${name}`,
    `${name}/`,
    name.toUpperCase(),
    `x${name}`,
  ]) {
    expect(folder.owns(other), JSON.stringify(other)).toBe(false);
  }
  expect(folder.owns(name.replace('.txt', 'xtxt'))).toBe(false);
});
