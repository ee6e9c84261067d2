import { existsSync, readdirSync } from 'node:fs';
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

/** The player for pages of others; the name of the stream is for the page, not for the server. */
export const embedUrl = '/embed/:stream';

/** A file of the console. */
export interface ConsoleFile extends ServedFile {
  /** Its name changes with what is in it, so that a browser may keep it for good. */
  readonly isHashed: boolean;
}

const consoleFile = /^[a-z0-9][a-z0-9-]*\.(?:html|css|js|svg|png|webmanifest)$/;
/** As Vite names what pages load. */
const hashedFile = /^[A-Za-z0-9_.-]+-[A-Za-z0-9_-]{8}\.(?:css|js|svg|png|woff2)$/;

/** The paths of pages, beside those of their files. */
const pages: Readonly<Record<string, string>> = {
  '/': 'index.html',
  '/dashboard': 'dashboard.html',
  [embedUrl]: 'embed.html',
};

/**
 * The files of the built console and the paths of its pages.
 * @throws Fault CONSOLE_MISSING
 */
export function consoleFiles(folder: string): ConsoleFile[] {
  let names: string[];
  try {
    names = readdirSync(folder).filter((name) => consoleFile.test(name));
  } catch (error) {
    throw Fault.of('CONSOLE_MISSING', { path: folder }, error);
  }
  if (!names.includes('index.html')) throw Fault.of('CONSOLE_MISSING', { path: folder });
  const files = names.map((name) => ({ url: `/${name}`, folder, name, isHashed: false }));
  const named = Object.entries(pages)
    .filter(([, name]) => names.includes(name))
    .map(([url, name]) => ({ url, folder, name, isHashed: false }));
  return [...files, ...named, ...hashedFiles(join(folder, 'assets'))];
}

function hashedFiles(folder: string): ConsoleFile[] {
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter((name) => hashedFile.test(name));
  return names.map((name) => ({ url: `/assets/${name}`, folder, name, isHashed: true }));
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
