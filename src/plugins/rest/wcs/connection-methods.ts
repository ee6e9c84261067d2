import type { ConnectedClient } from '../../../signaling/index.js';
import type { Clients } from '../needs.js';
import { Refusal } from '../refusal.js';
import { bodies, readBody } from './bodies.js';
import type { Methods } from './method.js';

const nobody = () => new Refusal(404, 'No such connection.');

/** `/connection/…` (WCS spec G.1). */
export function connectionMethods(clients: Clients): Methods {
  const shown = (found: readonly ConnectedClient[]) => {
    if (found.length === 0) throw nobody();
    return found.map(connectionView);
  };
  return {
    'connection/find_all': { role: 'viewer', call: () => shown(clients.clients()) },
    'connection/find': {
      role: 'viewer',
      call: (body) => {
        const filter = readBody(bodies.findConnections, body);
        const found = clients
          .clients()
          .filter(
            ({ clientVersion, session }) =>
              (!filter.clientVersion || filter.clientVersion === clientVersion) &&
              (!filter.sessionId || filter.sessionId === session.id) &&
              (!filter.appKey || filter.appKey === session.identity.appKey),
          );
        return shown(found);
      },
    },
    'connection/terminate': {
      role: 'operator',
      call: (body, note) => {
        const { sessionId } = readBody(bodies.session, body);
        note({ sessionId });
        if (!clients.disconnect(sessionId, 'terminated by REST')) throw nobody();
      },
    },
    'connection/set_log_level': {
      role: 'operator',
      call: (body, note) => {
        const { sessionId, logLevel } = readBody(bodies.logLevel, body);
        note({ sessionId, logLevel });
        // Sluice's log has one level for everybody: the call is taken, so that apps go on.
        if (!clients.client(sessionId)) throw nobody();
      },
    },
  };
}

/** Without `authToken` and `custom`: the first opens the session, the second may hold what opens others. */
function connectionView(client: ConnectedClient): Record<string, unknown> {
  const { session, createDate, clientVersion, clientOSVersion, clientBrowserVersion } = client;
  return {
    sessionId: session.id,
    appKey: session.identity.appKey,
    status: 'ESTABLISHED',
    remoteAddress: session.identity.remoteAddress,
    clientVersion,
    clientOSVersion,
    clientBrowserVersion,
    mediaProviders: client.mediaProviders,
    keepAlive: client.keepAlive,
    createDate,
    mediaSessions: session.mediaSessions.size,
  };
}
