/** Part of the composition root: who may connect, publish and play. */
import type { Config } from './config/index.js';
import type { Logger } from './kit/index.js';
import { createAccess } from './plugins/access/index.js';
import { createHooks, type Hooks } from './plugins/hooks/index.js';
import type { SignalingExtension } from './signaling/index.js';
import { type Gate, gateOf, type StreamService } from './streams/index.js';

export interface Admission {
  readonly gate: Gate;
  readonly extensions: readonly SignalingExtension[];
  readonly hooks: Hooks;
  /** To be said once the server is up. */
  readonly warnings: readonly string[];
  listen(streams: StreamService): void;
  close(): Promise<void>;
}

/**
 * Tokens and rules first, which cost nothing; then the backends.
 * @throws (rejects) Fault when a file that they need cannot be used
 */
export async function createAdmission(config: Config, log: Logger): Promise<Admission> {
  const access = await createAccess(config, log, Date.now);
  const hooks = createHooks(config, log);
  const isOpen = !access && Object.keys(config.hooks.applications).length === 0;
  const both = access ? [access, hooks] : [hooks];
  return {
    gate: gateOf(both.map(({ gate }) => gate)),
    extensions: both.map(({ extension }) => extension),
    hooks,
    warnings: isOpen ? [openWarning] : [],
    listen: (streams) => hooks.listen(streams),
    close: async () => {
      access?.close();
      await hooks.close();
    },
  };
}

const openWarning =
  'everybody who reaches this server may publish and play; set hooks.applications, or access.rulesFile, access.jwtSecret, access.jwtKeyFile or access.jwksUrl';
