import { onTestFinished } from 'vitest';
import { createLogger } from '../../../../src/kit/index.js';
import { createHooks } from '../../../../src/plugins/hooks/index.js';
import { createRooms } from '../../../../src/plugins/rooms/index.js';
import type { StreamService } from '../../../../src/streams/index.js';
import { TestBackend } from '../../../support/backend.js';
import { configOf } from '../../../support/extensions.js';
import { startSignaling } from '../../signaling/support.js';

/**
 * The real signalling on a fake media plane, with the application `defaultApp` and its backend.
 * @param before who listens to streams before the hooks
 */
export async function startWithBackend(
  settings: Readonly<Record<string, unknown>> = {},
  application: Readonly<Record<string, unknown>> = {},
  before: (streams: StreamService) => void = () => {},
) {
  const backend = await TestBackend.start();
  onTestFinished(() => backend.close());
  const config = configOf({
    'hooks.nodeId': 'node-1',
    'hooks.applications': { defaultApp: { url: backend.url, ...application } },
    ...settings,
  });
  const lines: string[] = [];
  const log = createLogger({ level: 'debug', output: { write: (line) => void lines.push(line) } });
  const hooks = createHooks(config, log);
  const started = await startSignaling(
    config.signaling,
    (streams) => {
      before(streams);
      hooks.listen(streams);
      return [
        hooks.extension,
        createRooms({ settings: config.rooms, streams, clock: () => performance.now() }),
      ];
    },
    { streams: { gate: hooks.gate }, log },
  );
  onTestFinished(() => hooks.close());
  return { ...started, backend, hooks, lines };
}

/** `restClientConfig` of a method, as an answer to `connect`. */
export function policy(method: string, fields: Readonly<Record<string, string>>) {
  return { body: { restClientConfig: { [method]: fields } } };
}

/** A promise to be kept later. */
export function later() {
  let keep = () => {};
  const promise = new Promise<void>((resolve) => {
    keep = resolve;
  });
  return { promise, keep };
}
