// npm run fuzz: builds what is out of date, then fuzzes; see CONTRIBUTING.md.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildFuzz, built } from './build.mjs';

buildFuzz();
await import(pathToFileURL(join(built, 'fuzz', 'main.js')).href);
