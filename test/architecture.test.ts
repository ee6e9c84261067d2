import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const src = join(root, 'src');

/** Which rooms each room may import. docs/architecture.md explains why; `main` may import every room. */
const allowed: Record<string, readonly string[]> = {
  kit: [],
  wire: ['kit'],
  sdp: ['kit'],
  rtp: ['kit'],
  containers: ['kit'],
  media: ['kit', 'rtp'],
  streams: ['kit', 'media', 'sdp', 'wire'],
  native: ['kit'],
  transport: ['kit', 'native', 'rtp'],
  ffmpeg: ['kit'],
  worker: ['kit', 'media', 'native', 'rtp', 'streams', 'transport'],
  egress: ['containers', 'ffmpeg', 'kit', 'media', 'rtp', 'streams'],
  signaling: ['kit', 'streams', 'wire'],
  tls: ['kit'],
  config: ['kit'],
  admin: ['kit'],
  client: ['kit', 'media', 'native', 'rtp', 'sdp', 'transport'],
  cli: ['client', 'config', 'containers', 'ffmpeg', 'kit', 'media', 'rtp', 'tls'],
  plugins: ['admin', 'config', 'egress', 'kit', 'signaling', 'streams', 'wire'],
};

/** Rooms of pure behaviour: no I/O. */
const pure = new Set(['wire', 'sdp', 'rtp', 'containers', 'media', 'streams']);
const harmless = new Set(['node:events']);

const longestFile = 300;

interface Import {
  readonly file: string;
  readonly specifier: string;
}

function files(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
}

function imports(file: string): Import[] {
  const text = readFileSync(file, 'utf8');
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map((match) => ({
    file,
    specifier: match[1] as string,
  }));
}

/** The room a file is in: its folder under `src`, a plugin's own name for plugins, '' for `main`. */
function roomOf(path: string): string {
  const [first = '', second = ''] = relative(src, path).split(sep);
  if (first.endsWith('.ts')) return '';
  return first === 'plugins' ? `plugins/${second}` : first;
}

const sources = files(src);
const all = sources.flatMap(imports);

test('the rooms are the ones this table knows', () => {
  const rooms = new Set(sources.map((file) => roomOf(file).split('/')[0]).filter((room) => room !== ''));
  expect([...rooms].sort()).toEqual(Object.keys(allowed).sort());
});

test('imports between rooms go down, and through a room’s index', () => {
  const wrong: string[] = [];
  for (const { file, specifier } of all) {
    if (!specifier.startsWith('.')) continue;
    const from = roomOf(file);
    const target = resolve(dirname(file), specifier);
    const to = roomOf(target);
    if (from === '' || from === to) continue;
    const [family = ''] = from.split('/');
    const [targetFamily = ''] = to.split('/');
    const line = `${relative(root, file)} imports ${specifier}`;
    if (!allowed[family]?.includes(targetFamily)) wrong.push(`${line}: ${from} may not know ${to}`);
    else if (!target.endsWith(`${sep}index.js`)) wrong.push(`${line}: not the room's index`);
  }
  expect(wrong).toEqual([]);
});

test('pure rooms do no I/O', () => {
  const wrong = all
    .filter(
      ({ file, specifier }) => pure.has(roomOf(file)) && /^node:|^(ws|koffi|fastify|pino)$/.test(specifier),
    )
    .filter(({ specifier }) => !harmless.has(specifier))
    .map(({ file, specifier }) => `${relative(root, file)} imports ${specifier}`);
  expect(wrong).toEqual([]);
});

test('only the native room loads foreign code', () => {
  const loading = all.filter(({ specifier }) => specifier === 'koffi').map(({ file }) => roomOf(file));
  expect(new Set(loading)).toEqual(new Set(['native']));
});

test(`no file is longer than ${longestFile} lines`, () => {
  const folders = [src, join(root, 'test'), join(root, 'bench'), join(root, 'chaos'), join(root, 'console')];
  const long = folders
    .flatMap(files)
    .map((file) => ({ file: relative(root, file), lines: readFileSync(file, 'utf8').split('\n').length }))
    .filter(({ lines }) => lines > longestFile);
  expect(long).toEqual([]);
});
