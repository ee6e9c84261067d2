import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/** The pages of the console. What they load gets names with a hash, so that browsers may keep it for good. */
const pages = ['index', 'player', 'embed', 'dashboard', '404'];

export default defineConfig({
  root: path('.'),
  publicDir: 'public',
  // Names with a hash depend on paths within the root alone: a linked node_modules makes the same files.
  resolve: { preserveSymlinks: true },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: path('../dist/console'),
    emptyOutDir: true,
    target: ['chrome109', 'firefox115', 'safari16.4'],
    // The content security policy has no room for anything inline, and the polyfill is for browsers older than these.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: { checks: { pluginTimings: false }, input: pages.map((name) => path(`${name}.html`)) },
  },
});
