import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findFfmpeg, findLeash, usefulEncoders } from '../../../src/ffmpeg/index.js';

const fixture = (name: string) => fileURLToPath(new URL(`./fixtures/${name}`, import.meta.url));

describe('looking for ffmpeg', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'ffmpeg-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  /** A program that does the one for `-version` and the other for the list of encoders. */
  function program(name: string, version: string, encoders: string): string {
    const path = join(folder, name);
    writeFileSync(path, `#!/bin/sh\nif [ "$1" = -version ]; then ${version}; else ${encoders}; fi\n`);
    chmodSync(path, 0o755);
    return path;
  }

  const version = `cat ${fixture('version.txt')}`;
  const encoders = `cat ${fixture('encoders.txt')}`;

  it('finds what it can do', async () => {
    const path = program('good', version, encoders);
    expect(await findFfmpeg(path)).toEqual({
      abilities: {
        path,
        version: '5.1.9-0+deb12u1',
        encoders: new Set(usefulEncoders),
        leash: await findLeash(),
      },
    });
  });

  it.each<[string, string, string, RegExp]>([
    ['absent', 'exec true', 'exec true', /it does not say which version/],
    ['failing', 'echo "no such library" >&2; exit 127', encoders, /exit code 127: no such library$/],
    ['old', 'echo "ffmpeg version 4.4.2-0ubuntu0.22.04.1 Copyright"', encoders, /4\.4\.2.* is too old/],
    ['mute', version, 'exec true', /it does not list its encoders$/],
    ['crashing', version, 'kill -SEGV $$', /killed by SIGSEGV$/],
    ['endless', 'exec cat /dev/zero', encoders, /it writes too much$/],
    ['binary', 'head -c 100000 /dev/urandom', encoders, /it does not say which version/],
  ])('says why it cannot use one that is %s', async (name, first, second, reason) => {
    const path = program(name, first, second);
    const search = await findFfmpeg(path);
    expect(search).toEqual({ abilities: null, reason: expect.stringMatching(reason) });
    expect(search).toMatchObject({ reason: expect.stringContaining(`${path}: `) });
  });

  it.each([
    '/nowhere/ffmpeg',
    'no-such-ffmpeg-on-the-path',
    '',
    '\0',
  ])('says that there is none at %j', async (path) => {
    expect(await findFfmpeg(path)).toEqual({ abilities: null, reason: expect.stringContaining(`${path}: `) });
  });
});
