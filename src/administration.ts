/** Puts together what administers the server over HTTP, all of it behind one guard. */
import type { AdminGuard } from './admin/index.js';
import type { Logger } from './kit/index.js';
import { createRest, type RestNeeds } from './plugins/rest/index.js';
import type { WebRoutes } from './plugins/web/index.js';

export type AdministrationParts = Omit<RestNeeds, 'guard' | 'log' | 'uptime'>;

/** What the web server serves to those who administer. */
export function createAdministration(
  guard: AdminGuard,
  log: Logger,
  parts: AdministrationParts,
): WebRoutes[] {
  return [createRest({ ...parts, guard, log, uptime: () => Math.floor(process.uptime()) })];
}
