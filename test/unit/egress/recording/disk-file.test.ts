import { expect, test } from 'vitest';
import { DiskFile } from '../../../../src/egress/recording/disk-file.js';
import { MemoryDisk, systemError } from '../../../support/recording/memory-disk.js';

function opened(disk: MemoryDisk, limits: { maxQueued?: number; maxWait?: number } = {}) {
  const reasons: string[] = [];
  const file = new DiskFile(disk.create('file'), {
    maxQueued: limits.maxQueued ?? 1000,
    maxWait: limits.maxWait ?? 30_000,
    onFailure: (reason) => reasons.push(reason),
  });
  return { file, reasons };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));
const text = (disk: MemoryDisk) => Buffer.from(disk.files.get('file')!).toString();
const bytes = (value: string) => Buffer.from(value);

test('what is written is on the disk itself as soon as nothing waits', async () => {
  const disk = new MemoryDisk();
  disk.mostAtOnce = 3;
  const { file, reasons } = opened(disk);
  file.append([bytes('head'), bytes('er')]);
  file.append([bytes('piece')]);
  file.patch(0, bytes('HEAD'));
  expect([file.size, file.written]).toEqual([11, 0]);
  await settled();
  expect(text(disk)).toBe('HEADerpiece');
  expect(file.written).toBe(11);
  expect(disk.log.at(-1)).toBe('datasync file');
  await file.finish();
  expect(disk.log.slice(-2)).toEqual(['datasync file', 'close file']);
  file.append([bytes('late')]);
  expect([text(disk), file.failure, reasons]).toEqual(['HEADerpiece', null, []]);
});

test.each([
  'ENOSPC',
  'EIO',
  'EROFS',
  'EDQUOT',
])('%s ends the file where it was whole, and is told once', async (code) => {
  const disk = new MemoryDisk();
  disk.mostAtOnce = 4;
  disk.trouble = (operation, _, size) =>
    operation === 'write' && size > 12 ? Promise.reject(systemError(code)) : undefined;
  const { file, reasons } = opened(disk);
  file.append([bytes('12345678')]);
  file.append([bytes('abcdefgh')]);
  file.append([bytes('ijklmnop')]);
  await settled();
  file.append([bytes('more')]);
  await file.finish();
  expect(reasons).toEqual([`${code} (write)`]);
  expect(file.failure).toBe(`${code} (write)`);
  expect(text(disk)).toBe('12345678');
  expect(disk.log).toContain('close file');
});

test('a disk that takes long to have it all does not hold up what is written meanwhile', async () => {
  const disk = new MemoryDisk();
  let release = () => {};
  const slow = new Promise<void>((resolve) => {
    release = resolve;
  });
  disk.trouble = (operation) => (operation === 'datasync' ? slow.then(() => undefined) : undefined);
  const { file, reasons } = opened(disk, { maxWait: 1000 });
  file.append([bytes('first')]);
  await settled();
  file.append([bytes(' second')]);
  await settled();
  expect([text(disk), file.written]).toEqual(['first second', 12]);
  file.tick(0);
  file.tick(1000);
  expect(reasons).toEqual([]);
  file.tick(1001);
  expect(reasons).toEqual(['the disk has not answered for 1 s']);
  release();
});

test.each(['EACCES', 'EROFS', 'ENAMETOOLONG'])('%s when the file is made fails it', async (code) => {
  const disk = new MemoryDisk();
  disk.trouble = () => Promise.reject(systemError(code, 'open'));
  const { file, reasons } = opened(disk);
  file.append([bytes('data')]);
  await file.finish();
  expect(reasons).toEqual([`${code} (open)`]);
});

test('a failing sync or close fails it as well', async () => {
  for (const failing of ['datasync', 'close']) {
    const disk = new MemoryDisk();
    disk.trouble = (operation) =>
      operation === failing ? Promise.reject(systemError('EIO', failing)) : undefined;
    const { file, reasons } = opened(disk);
    file.append([bytes('data')]);
    await file.finish();
    expect(reasons).toHaveLength(1);
    expect(reasons[0]).toMatch(/^EIO/);
  }
});

test('a disk that cannot keep up fails it, before much memory is used', async () => {
  const disk = new MemoryDisk();
  let go = () => {};
  disk.trouble = (operation) =>
    operation === 'write' ? new Promise((resolve) => (go = resolve)) : undefined;
  const { file, reasons } = opened(disk, { maxQueued: 25 });
  for (let i = 0; i < 100; i++) file.append([bytes('0123456789')]);
  expect(reasons).toEqual(['the disk is too slow: 20 bytes wait for it']);
  await settled();
  go();
  await file.finish();
  expect(file.failure).toBe(reasons[0]);
});

test('a disk that never answers is given up', async () => {
  const disk = new MemoryDisk();
  disk.trouble = (operation) => (operation === 'write' ? new Promise(() => {}) : undefined);
  const { file, reasons } = opened(disk, { maxWait: 10_000 });
  file.append([bytes('data')]);
  await settled();
  for (const now of [5000, 10_000, 15_000]) file.tick(now);
  expect(reasons).toEqual([]);
  file.tick(15_001);
  expect(reasons).toEqual(['the disk has not answered for 10 s']);
  await file.finish();
  expect(file.abandoned).toBe(true);
});

test('an idle file is never given up', async () => {
  const { file, reasons } = opened(new MemoryDisk(), { maxWait: 10 });
  file.append([bytes('data')]);
  await settled();
  for (const now of [0, 1000, 100_000]) file.tick(now);
  await file.finish();
  expect(reasons).toEqual([]);
});
