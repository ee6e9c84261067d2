/** How the process ends: by a signal at once, by another one once the last stream has ended. */
import type { Drain } from './drain.js';
import type { Logger } from './kit/index.js';

/** A server that runs. */
export interface Running {
  stop(): Promise<void>;
}

/** After this the process ends whether everything has closed or not, ms. */
const shutdownTimeout = 2500;

/** Stops the server on SIGINT and SIGTERM, and when it has been drained, which SIGUSR2 begins. */
export function stopInTheEnd(starting: Promise<Running>, drain: Drain, log: Logger): void {
  let stopping = false;
  const stop = (why: object) => {
    stopping = true;
    log.info(why, 'stopping');
    setTimeout(() => process.exit(0), shutdownTimeout).unref();
    starting
      .then((running) => running.stop())
      .then(
        () => process.exit(0),
        (error) => {
          log.error({ err: error }, 'stopping failed');
          process.exit(1);
        },
      );
  };
  const onSignal = (signal: NodeJS.Signals) => {
    if (stopping) process.exit(130);
    stop({ signal });
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  process.on('SIGUSR2', () => {
    if (!stopping) drain.begin();
  });
  drain.over.then(() => {
    if (!stopping) stop({ drained: true });
  });
}
