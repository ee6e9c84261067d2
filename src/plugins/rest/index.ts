import type { FastifyInstance } from 'fastify';
import type { RestNeeds } from './needs.js';
import { addApiRoutes } from './v1/routes.js';
import { addWcsRoutes } from './wcs/routes.js';

export type { Clients, Recorder, RecordingView, RecordingWish, RestNeeds } from './needs.js';

/** The REST API of WCS and Sluice's own, for the web server to serve. */
export function createRest(needs: RestNeeds): { register(scope: FastifyInstance): Promise<void> } {
  return {
    register: async (scope) => {
      await scope.register(async (wcs) => addWcsRoutes(wcs, needs));
      await scope.register(async (api) => addApiRoutes(api, needs));
    },
  };
}
