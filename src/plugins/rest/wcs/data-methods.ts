import { randomName } from '../../../kit/index.js';
import type { Clients } from '../needs.js';
import { Refusal } from '../refusal.js';
import { bodies, readBody } from './bodies.js';
import type { Methods } from './method.js';

/** `/data/send`: a backend's data to one client, its `OnDataEvent` (WCS spec G.3, incoming; C.8). */
export function dataMethods(clients: Clients): Methods {
  return {
    'data/send': {
      role: 'operator',
      call: (body, note) => {
        const { sessionId, operationId, payload } = readBody(bodies.data, body);
        note({ sessionId });
        if (!clients.sendData(sessionId, payload, operationId || randomName()))
          throw new Refusal(404, 'No such connection.');
      },
    },
  };
}
