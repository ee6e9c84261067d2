/** Part of the composition root: who may connect, publish and play. */
import type { Config } from './config/index.js';
import type { Logger } from './kit/index.js';
import type { Access } from './plugins/access/index.js';
import type { Hooks } from './plugins/hooks/index.js';
import type { SignalingExtension } from './signaling/index.js';
import { type Gate, gateOf, type StreamService } from './streams/index.js';

export interface Admission {
  readonly gate: Gate;
  /** Tokens and rules; null without. */
  readonly access: Access | null;
  /** Whether everybody may play everything. */
  readonly open: boolean;
  readonly extensions: readonly SignalingExtension[];
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
  const access = await loadAccess(config, log);
  const hooks = await loadHooks(config, log);
  const both = [access, hooks].filter((part) => part !== null);
  return {
    access,
    open: both.length === 0,
    gate: gateOf(both.map(({ gate }) => gate)),
    extensions: both.map(({ extension }) => extension),
    warnings: both.length === 0 ? [openWarning] : [],
    listen: (streams) => hooks?.listen(streams),
    close: async () => {
      access?.close();
      await hooks?.close();
    },
  };
}

/** Loaded only where it is used, since what reads tokens takes a tenth of a second to load. */
async function loadAccess(config: Config, log: Logger): Promise<Access | null> {
  const { rulesFile, jwtSecret, jwtKeyFile, jwksUrl } = config.access;
  if ([rulesFile, jwtSecret, jwtKeyFile, jwksUrl].every((setting) => setting === '')) return null;
  const { createAccess } = await import('./plugins/access/index.js');
  return createAccess(config, log, Date.now);
}

/** The same: without applications any appKey is taken, and there is nobody to call. */
async function loadHooks(config: Config, log: Logger): Promise<Hooks | null> {
  if (Object.keys(config.hooks.applications).length === 0) return null;
  const { createHooks } = await import('./plugins/hooks/index.js');
  return createHooks(config, log);
}

const openWarning =
  'everybody who reaches this server may publish and play; set hooks.applications, or access.rulesFile, access.jwtSecret, access.jwtKeyFile or access.jwksUrl';
