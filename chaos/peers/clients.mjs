// Clients in a process of their own, which can be killed or stopped with all of them.
import { emit, serve } from '../../bench/peers/rpc.mjs';
import { Client } from './client.mjs';
import { readClip } from './clip.mjs';

/** @type {Map<string, Client>} */
const clients = new Map();
let clip = null;

const clientOf = (name) => {
  const client = clients.get(name);
  if (!client) throw new Error(`there is no client '${name}'`);
  return client;
};

serve({
  load({ path }) {
    clip = readClip(path);
  },
  async connect({ client: name, url, appKey }) {
    const client = new Client((event) => emit('told', { client: name, ...event }));
    clients.set(name, client);
    await client.connect(url, appKey);
  },
  publish: ({ client, stream, ...how }) => clientOf(client).start(stream, { ...how, clip }),
  play: ({ client, stream, ...how }) => clientOf(client).start(stream, how),
  stop: ({ client, id, stream }) => clientOf(client).stop(id, stream),
  mute: ({ client, id, muted }) => clientOf(client).mute(id, muted),
  snapshot: ({ client, stream }) => clientOf(client).snapshot(stream),
  packets: ({ client, id }) => clientOf(client).packets(id),
  close({ client }) {
    clients.get(client)?.close();
    clients.delete(client);
  },
});
