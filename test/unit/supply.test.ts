import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

interface Locked {
  readonly version?: string;
  readonly license?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly link?: boolean;
  readonly dev?: boolean;
  readonly hasInstallScript?: boolean;
}

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly allowScripts: Readonly<Record<string, boolean>>;
}

const read = <T>(file: string) => JSON.parse(readFileSync(join(root, file), 'utf8')) as T;
const manifest = read<Manifest>('package.json');
const { packages } = read<{ packages: Readonly<Record<string, Locked>> }>('package-lock.json');
const locked = Object.entries(packages).filter(([path]) => path !== '');

/** What may be shipped with a program under the MIT licence; see docs/dependencies.md. */
const free = [
  'MIT',
  'ISC',
  '0BSD',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'MIT OR Apache-2.0',
  '(MIT AND Zlib)',
];
/** What tests and builds may use beside those: it stays as it is and is not shipped. */
const freeToUse = [...free, 'MPL-2.0', 'MPL 2.0', 'Python-2.0'];
/** Those whose manifest says it in a way that npm does not read. */
const saidElsewhere: Readonly<Record<string, string>> = { adapterjs: 'Apache-2.0' };

/** Those of packages that are of a kind nobody has agreed on. */
function strangeLicences(all: readonly (readonly [string, Locked])[]): string[] {
  return all.flatMap(([path, { license, dev }]) => {
    const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
    const said = license ?? saidElsewhere[name] ?? 'none';
    return (dev ? freeToUse : free).includes(said) ? [] : [`${path}: ${said}`];
  });
}

/** Packages that do not come, with a checksum, from the one registry that npm asks for all of them. */
function strangeOrigins(all: readonly (readonly [string, Locked])[]): string[] {
  const hosts = new Set(all.flatMap(([, { resolved }]) => (resolved ? [hostOf(resolved)] : [])));
  return all.flatMap(([path, { resolved, integrity, link }]) => {
    const isTarball = resolved === undefined || (/^https:.*\.tgz$/.test(resolved) && hosts.size === 1);
    return isTarball && !link && integrity?.startsWith('sha512-') ? [] : [path];
  });
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url;
}

it('every package has a licence that allows what is done with it', () => {
  expect(strangeLicences(locked)).toEqual([]);
  expect(strangeLicences([['node_modules/a', { license: 'GPL-3.0' }]])).toHaveLength(1);
  expect(strangeLicences([['node_modules/a', {}]])).toHaveLength(1);
  expect(strangeLicences([['node_modules/a', { license: 'MPL-2.0' }]])).toHaveLength(1);
  expect(strangeLicences([['node_modules/a', { license: 'MPL-2.0', dev: true }]])).toEqual([]);
});

it('the licence that is installed is the one in the lock file', () => {
  const installed = locked.filter(([path]) => existsSync(join(root, path, 'package.json')));
  expect(installed.length).toBeGreaterThan(200);
  const differing = installed.filter(([path, { license, version }]) => {
    const found = read<{ license?: string | { type?: string }; version: string }>(`${path}/package.json`);
    const said = typeof found.license === 'string' ? found.license : found.license?.type;
    return found.version !== version || (license !== undefined && said !== license);
  });
  expect(differing.map(([path]) => path)).toEqual([]);
});

it('every package comes from the registry, with a checksum', () => {
  expect(strangeOrigins(locked)).toEqual([]);
  const integrity = 'sha512-x';
  const good = { resolved: 'https://one.example/a/-/a-1.0.0.tgz', integrity };
  expect(strangeOrigins([['a', good]])).toEqual([]);
  const other = { ...good, resolved: 'https://two.example/b/-/b-1.0.0.tgz' };
  expect(
    strangeOrigins([
      ['a', good],
      ['b', other],
    ]),
  ).toEqual(['a', 'b']);
  for (const strange of [
    { integrity: 'sha1-x' },
    { integrity, link: true },
    {},
    { integrity, resolved: 'git+ssh://git@one.example/a.git#1' },
    { integrity, resolved: 'http://one.example/a/-/a-1.0.0.tgz' },
    { integrity, resolved: 'file:../a' },
  ])
    expect(strangeOrigins([['a', strange]])).toEqual(['a']);
});

it('no package runs a script when it is installed, but for those that are told not to', () => {
  const scripted = locked.filter(([, { hasInstallScript }]) => hasInstallScript).map(([path]) => path);
  const silenced = Object.entries(manifest.allowScripts).flatMap(([name, allowed]) =>
    allowed ? [] : [`node_modules/${name}`],
  );
  expect(scripted).toEqual(silenced);
  expect(scripted).toEqual(['node_modules/koffi']);
});

it('docs/dependencies.md has a row for each dependency, and for no other', () => {
  const text = readFileSync(join(root, 'docs/dependencies.md'), 'utf8');
  const [, runtime = '', development = ''] = text.split(/^## .*$/m);
  const rows = (section: string) =>
    [...section.matchAll(/^\| `([^`]+)` \| (\S+) \|/gm)].map(([, name, licence]) => [name, licence]);
  const wanted = (names: Readonly<Record<string, string>>) =>
    Object.keys(names).map((name) => [name, packages[`node_modules/${name}`]?.license?.replaceAll(' ', '-')]);
  expect(rows(runtime)).toEqual(wanted(manifest.dependencies));
  expect(rows(development)).toEqual(wanted(manifest.devDependencies));
});
