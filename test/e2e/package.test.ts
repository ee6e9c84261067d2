import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { constants, setPriority, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Cleanup } from '../support/cleanup.js';
import { freeMediaPorts } from '../support/ports.js';
import { Program, run } from '../support/program.js';
import { parseReady } from '../support/server.js';
import { WcsClient } from '../support/wcs-client.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const cleanup = new Cleanup();
afterAll(() => cleanup.run());

// What this builds and installs gives way to what others look at meanwhile: programs inherit it.
setPriority(constants.priority.PRIORITY_LOW);

/** npm of the machine; what it has in its cache it does not ask the registry for. */
async function npm(...args: string[]): Promise<string> {
  const { code, program } = await run('npm', args, 120_000);
  if (code !== 0) throw new Error(`npm ${args.join(' ')} failed:\n${program.text()}`);
  return program.text('stdout');
}

describe('the npm package, installed into an empty folder', () => {
  let folder: string;
  let integrity: string;
  let files: string[];
  let sluice: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sluice-package-'));
    cleanup.defer(() => rm(folder, { recursive: true, force: true }));
    // Without scripts: the build is there, and other tests use it.
    const options = ['--ignore-scripts', '--json', '--pack-destination', folder];
    const [packed] = JSON.parse(await npm('pack', root, ...options)) as {
      filename: string;
      integrity: string;
      files: { path: string }[];
    }[];
    integrity = packed!.integrity;
    files = packed!.files.map(({ path }) => path);
    await writeFile(join(folder, 'package.json'), '{ "private": true }');
    await npm(
      'install',
      '--prefix',
      folder,
      '--prefer-offline',
      '--no-audit',
      '--no-fund',
      join(folder, packed!.filename),
    );
    sluice = join(folder, 'node_modules', '.bin', 'sluice');
  }, 240_000);

  it('holds what runs, what is needed to run it as a service, and nothing else', async () => {
    const wanted = [
      'dist/main.js',
      'dist/console/index.html',
      'dist/worker/media-process.js',
      'LICENSE',
      'README.md',
    ];
    expect(files).toEqual(expect.arrayContaining([...wanted, 'CHANGELOG.md', 'packaging/sluice.service']));
    const usual =
      /^(dist\/.+\.(js|map|html|css|svg|png)|packaging\/[a-z.-]+|LICENSE|README\.md|CHANGELOG\.md|package\.json)$/;
    expect(files.filter((file) => !usual.test(file))).toEqual([]);
    const installed = await readdir(join(folder, 'node_modules'));
    expect(installed).toEqual(expect.arrayContaining(['sluice', 'fastify', 'koffi', 'ws']));
    expect(
      installed.filter((name) => /^(vitest|typescript|playwright-core|node-datachannel)$/.test(name)),
    ).toEqual([]);
  });

  it('has the same bytes when the same sources are built and packed elsewhere, at another time, by somebody else', async () => {
    const copy = join(folder, 'copy');
    const { program } = await run('git', ['-C', root, 'ls-files']);
    for (const name of program.text('stdout').split('\n').filter(Boolean)) {
      await mkdir(dirname(join(copy, name)), { recursive: true });
      await writeFile(join(copy, name), await readFile(join(root, name)), { mode: 0o600 });
    }
    await symlink(join(root, 'node_modules'), join(copy, 'node_modules'));
    const build = ['-c', 'umask 077; exec "$0" "$1"', process.execPath, join(copy, 'scripts', 'build.mjs')];
    const built = await run('sh', build, 200_000);
    expect(built.code, built.program.text()).toBe(0);
    const options = ['--ignore-scripts', '--json', '--pack-destination', copy];
    const [again] = JSON.parse(await npm('pack', copy, ...options)) as { integrity: string }[];
    expect(again!.integrity).toBe(integrity);
  }, 400_000);

  it('serves', async () => {
    const ports = ['--ws-port', '0', '--http-port', '0', '--tls-wss-port', '0', '--tls-https-port', '0'];
    const media = ['--media-workers', '1', '--media-port', String(await freeMediaPorts(1))];
    const data = ['--host', '127.0.0.1', '--data-dir', join(folder, 'data')];
    const program = new Program(sluice, ['serve', ...data, ...ports, ...media]);
    cleanup.defer(() => program.end('SIGKILL', 0));
    const line = await program.output.waitFor('ready', (each) => parseReady(each) !== undefined, 40_000);
    const { httpUrl, wsUrl } = parseReady(line)!;
    expect((await fetch(`${httpUrl}/health`)).status).toBe(200);
    expect((await fetch(`${httpUrl}/sdk/flashphoner.js`)).status).toBe(200);
    expect(await (await fetch(httpUrl)).text()).toContain('Sluice');
    const client = await WcsClient.connect(wsUrl);
    expect(await client.isServed()).toBe(true);
    await client.close();
    program.signal('SIGTERM');
    expect(await program.exit(5000)).toEqual({ code: 0, signal: null });
  });
});

describe('the image of the Dockerfile', () => {
  it('is built from what is copied into it, which .dockerignore lets through', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sluice-image-'));
    cleanup.defer(() => rm(folder, { recursive: true, force: true }));
    const [, build = ''] = (await readFile(join(root, 'Dockerfile'), 'utf8')).split(/^FROM .*/m);
    const allowed = (await readFile(join(root, '.dockerignore'), 'utf8')).split('\n');
    const copied = [...build.matchAll(/^COPY (.*) \S+$/gm)].flatMap(([, names = '']) => names.split(' '));
    expect(copied.length).toBeGreaterThan(4);
    for (const name of copied) {
      expect(allowed).toContain(`!${name}`);
      await cp(join(root, name), join(folder, name), { recursive: true });
    }
    await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
    await npm('run', 'build', '--prefix', folder);
    expect(await readdir(join(folder, 'dist'))).toEqual(expect.arrayContaining(['main.js', 'console']));
  }, 120_000);
});
