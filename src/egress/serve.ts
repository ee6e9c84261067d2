import type { FromEgress, ToEgress } from './channel.js';
import { type EgressAbilities, EgressHost } from './egress-host.js';

/** After this it ends whether everything is finished or not, ms. */
const closeTimeout = 2000;

/**
 * Makes this process an egress process, which does what its parent says. It ends when that does, however it comes about:
 * the channel between them closes. Files that are being written are finished first.
 * @param abilities those of the server by default
 */
export function serveEgress(abilities?: EgressAbilities): void {
  let host: EgressHost | null = null;

  const send = (message: FromEgress, onWritten: () => void) => {
    // A channel that has just broken is followed by `disconnect`; without the callback it would be an error that ends us.
    if (process.connected) process.send?.(message, onWritten);
    else onWritten();
  };

  const start = async ({ settings }: Extract<ToEgress, { type: 'start' }>) => {
    try {
      host = new EgressHost(settings, send, () => performance.now(), abilities);
      await host.open();
    } catch (error) {
      process.stderr.write(`egress process: ${error instanceof Error ? error.message : String(error)}\n`);
      process.exit(1);
    }
  };

  process.on('message', (message: ToEgress) => {
    if (message.type === 'start') void start(message);
    else host?.handle(message);
  });

  process.on('disconnect', () => {
    if (!host) process.exit(0);
    setTimeout(() => process.exit(0), closeTimeout);
    void host.close().finally(() => process.exit(0));
  });

  // A terminal sends its signals to the whole group; when to end is the control process's to say.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => {});
}
