/**
 * Entry of an egress process. It ends when its control process does, however that comes about: the channel between them
 * closes. Files that are being written are finished first.
 */
import type { FromEgress, ToEgress } from './channel.js';
import { EgressHost } from './egress-host.js';

/** After this it ends whether everything is finished or not, ms. */
const closeTimeout = 2000;

let host: EgressHost | null = null;
/** Messages that are not written yet. */
let backlog = 0;

function send(message: FromEgress): void {
  // A channel that has just broken is followed by `disconnect`; without the callback it would be an error that ends us.
  if (!process.connected) return;
  backlog += 1;
  process.send?.(message, () => {
    backlog -= 1;
  });
}

async function start({ settings }: Extract<ToEgress, { type: 'start' }>): Promise<void> {
  host = new EgressHost(
    settings,
    send,
    () => performance.now(),
    () => backlog,
  );
  try {
    await host.open();
  } catch (error) {
    process.stderr.write(`egress process: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  }
}

process.on('message', (message: ToEgress) => {
  if (message.type === 'start') void start(message);
  else host?.handle(message);
});

process.on('disconnect', () => {
  setTimeout(() => process.exit(0), closeTimeout);
  void host?.close().then(() => process.exit(0));
});

// A terminal sends its signals to the whole group; when to end is the control process's to say.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => {});
