/** Puts together what administers the server over HTTP, all of it behind one guard. */
import { AdminGuard } from './admin/index.js';
import type { Config } from './config/index.js';
import type { Logger } from './kit/index.js';
import { createRest, type RestNeeds } from './plugins/rest/index.js';
import type { WebRoutes } from './plugins/web/index.js';

export type AdministrationParts = Omit<RestNeeds, 'log' | 'uptime'>;

/** The one guard of everything that is not for everybody: it counts failed attempts for all of it. */
export function createGuard(config: Config, log: Logger): AdminGuard {
  return new AdminGuard({ ...config.admin, trustedProxies: config.web.trustedProxies }, log);
}

/** What the web server serves to those who administer. */
export function createAdministration(log: Logger, parts: AdministrationParts): WebRoutes[] {
  const rest = createRest({ ...parts, log, uptime: () => Math.floor(process.uptime()) });
  return [rest];
}
