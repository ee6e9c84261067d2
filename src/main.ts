#!/usr/bin/env node
/** The way in: reads the command and its settings, and starts the server. */
import { accessSync, constants, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { checkConfig, readCommand, runClient } from './cli/index.js';
import { type Config, loadConfig } from './config/index.js';
import { Drain } from './drain.js';
import { type Running, stopInTheEnd } from './ending.js';
import { createLogger, Fault, type Logger, reasonOf } from './kit/index.js';
import { openMedia } from './media-processes.js';

const version: string = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version;

async function main(): Promise<void> {
  const { command, argv } = readCommand(process.argv.slice(2));
  if (command === 'probe' || command === 'publish') {
    process.exitCode = await runClient(command, argv, (line) => process.stdout.write(`${line}\n`));
    return;
  }
  const loaded = loadConfig({
    argv,
    env: process.env,
    readFile: (path) => readFileSync(path, 'utf8'),
    version,
  });
  if (loaded.kind === 'text') {
    process.stdout.write(loaded.text);
    return;
  }
  const { config } = loaded;
  if (command === 'check-config') {
    process.stdout.write(await checkConfig(config));
    return;
  }
  prepareDataDir(config.dataDir);
  const log = createLogger({ level: config.logLevel });
  const drain = new Drain(config.drainTimeout, log);
  const starting = start(config, drain, log);
  // From the beginning: who has read that the server is ready may stop it at once.
  stopInTheEnd(starting, drain, log);
  await starting;
}

/** Media processes take as long to start as the rest of the server takes to load: both at once. */
async function start(config: Config, drain: Drain, log: Logger): Promise<Running> {
  const opening = openMedia(config, log);
  opening.catch(() => {});
  const { startServer } = await import('./server.js');
  return startServer({ config, drain, log, version, opening });
}

function prepareDataDir(path: string): void {
  try {
    if (!existsSync(path)) mkdirSync(path);
    accessSync(path, constants.W_OK);
  } catch (error) {
    throw Fault.of('DATA_DIR_UNUSABLE', { path, reason: reasonOf(error) });
  }
}

/** A fault on one line, unless it has several problems to tell. */
function plainText({ message, hint }: Fault): string {
  return `${message}${message.includes('\n') ? '\n' : '. '}${hint}`;
}

main().catch((error: unknown) => {
  process.stderr.write(`sluice: ${error instanceof Fault ? plainText(error) : reasonOf(error)}\n`);
  process.exit(1);
});
