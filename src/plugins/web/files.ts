import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { Fault } from '../../kit/index.js';

/** A file that is served, under the only path that leads to it. */
export interface ServedFile {
  /** Path in the URL, such as `/sdk/flashphoner.js`. */
  readonly url: string;
  readonly folder: string;
  readonly name: string;
}

const consoleFile = /^[a-z0-9][a-z0-9-]*\.(?:html|css|js|svg|png|webmanifest)$/;

/**
 * The files of the compiled console, `/` being its index page.
 * @throws Fault CONSOLE_MISSING
 */
export function consoleFiles(folder: string): ServedFile[] {
  let names: string[];
  try {
    names = readdirSync(folder).filter((name) => consoleFile.test(name));
  } catch (error) {
    throw Fault.of('CONSOLE_MISSING', { path: folder }, error);
  }
  if (!names.includes('index.html')) throw Fault.of('CONSOLE_MISSING', { path: folder });
  const files = names.map((name) => ({ url: `/${name}`, folder, name }));
  return [...files, { url: '/', folder, name: 'index.html' }];
}

/**
 * The builds of the Web SDK under `/sdk/`, by the names that they have in its package, with the scripts of its
 * WebSocket player and the clip that it plays to unlock sound; its main build also as `/flashphoner.js`.
 * @throws Fault SDK_MISSING
 */
export function sdkFiles(): ServedFile[] {
  try {
    const root = dirname(createRequire(import.meta.url).resolve('@flashphoner/websdk/package.json'));
    const builds = readdirSync(root).filter((name) => /^flashphoner[a-z-]*(?:\.min)?\.js$/.test(name));
    if (!builds.includes('flashphoner.js')) throw new Error('flashphoner.js is not in the package');
    const dependencies = join(root, 'examples', 'demo', 'dependencies');
    const paths = [
      ...builds.map((name) => join(root, name)),
      join(dependencies, 'websocket-player', 'WSReceiver2.js'),
      join(dependencies, 'websocket-player', 'video-worker2.js'),
      join(dependencies, 'media', 'preloader.mp4'),
    ];
    const files = paths.map((path) => ({
      url: `/sdk/${basename(path)}`,
      folder: dirname(path),
      name: basename(path),
    }));
    return [...files, { url: '/flashphoner.js', folder: root, name: 'flashphoner.js' }];
  } catch (error) {
    throw Fault.of('SDK_MISSING', {}, error);
  }
}
