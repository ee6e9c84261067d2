/**
 * Entry of a media process. It ends when its control process does, however that comes about: the channel between them
 * closes.
 */
// Imported, since the global of that name is looked up anew at each use: four times a turn.
import { performance } from 'node:perf_hooks';
import { BindFault, NativeFault } from '../native/index.js';
import type { FromMedia, ToMedia, UnfitReason } from './channel.js';
import { MediaHost } from './media-host.js';

/** Descriptor of the channel to the control process, the fourth of the child's (child_process `fork`). */
const channelFd = 3;
/** Longest wait in one turn, so that Node's own timers are never late by more, ms. */
const maxWait = 50;

/** Longest stay away from Node's own loop while no message waits, ms: going there and back is a good part of a short turn. */
const longestStay = 50;

/** Messages on their way to a control process that does not read, at which those that the next second repeats stay away. */
const maxUnread = 64;

const clock = () => performance.now();
let host: MediaHost | null = null;
let unread = 0;

function send(message: FromMedia): void {
  if (!process.connected || (unread >= maxUnread && isRepeated(message))) return;
  unread += 1;
  // A channel that has just broken is followed by `disconnect`; without the callback it would be an error that ends us.
  process.send?.(message, () => {
    unread -= 1;
  });
}

function isRepeated({ type }: FromMedia): boolean {
  return type === 'rates' || type === 'statistics';
}

function turns(): void {
  if (!host) return;
  let now = clock();
  for (const until = now + longestStay; now < until; now = clock()) {
    if (host.turn(now, clock, maxWait)) break;
  }
  setImmediate(turns);
}

function start(message: Extract<ToMedia, { type: 'start' }>): void {
  try {
    host = new MediaHost(message.settings, send, channelFd, clock());
  } catch (error) {
    const unfit: FromMedia = { type: 'unfit', reason: reasonOf(error) };
    process.send?.(unfit, () => process.exit(1));
    return;
  }
  send({ type: 'ready', ports: host.ports });
  turns();
}

function reasonOf(error: unknown): UnfitReason {
  const code = error instanceof NativeFault ? error.code : 'INTERNAL';
  const message = error instanceof Error ? error.message : String(error);
  if (!(error instanceof BindFault)) return { code, message };
  return { code, message, bind: { protocol: error.protocol, port: error.port } };
}

process.on('message', (message: ToMedia) => {
  if (message.type === 'start') start(message);
  else host?.handle(message, clock());
});

process.on('disconnect', () => {
  host?.close();
  process.exit(0);
});

// A terminal sends its signals to the whole group; when to end is the control process's to say.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => {});
