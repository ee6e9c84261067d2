// npm run bench:messages: what a signalling message costs the control process. README.md explains the output.
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import WebSocket from 'ws';
import { cpuTime, machineTime, machineUse } from './lib/accounting.mjs';
import { Server } from './lib/server.mjs';

const usage = `Usage: npm run bench:messages -- [options]
  --clients 20    sessions that send (1 to 500)
  --rate 2000     messages/s of all together (10 to 20000)
  --seconds 5     for each kind of message (1 to 60)
  --server FILE   the server's main.js; dist/main.js unless told
  --help`;
const limits = { clients: [1, 500], rate: [10, 20_000], seconds: [1, 60] };
/** Sent before anything is measured: what a server that has run for a minute has long compiled. */
const warmUp = 3000;
const tick = 10;

/** The kinds: what a client sends, and the answer that the server's part is done with; null where there is none. */
const kinds = [
  { name: 'pong, no answer', message: 'pong', payload: null, answer: null },
  {
    name: 'availableStream and its answer',
    message: 'availableStream',
    payload: { mediaSessionId: 'a5b1c1d2-0000-4000-8000-000000000000', name: 'nobody' },
    answer: 'availableStream',
  },
];

// Children are ended when this process exits, see lib/children.mjs.
process.on('SIGINT', () => process.exit(130));
process.on('SIGTERM', () => process.exit(143));

function readOptions() {
  const { values } = parseArgs({
    options: {
      clients: { type: 'string', default: '20' },
      rate: { type: 'string', default: '2000' },
      seconds: { type: 'string', default: '5' },
      server: { type: 'string', default: fileURLToPath(new URL('../dist/main.js', import.meta.url)) },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return null;
  const numbers = Object.entries(limits).map(([name, [least, most]]) => {
    const value = Number(values[name]);
    if (!(Number.isInteger(value) && value >= least && value <= most))
      throw new Error(`--${name}: '${values[name]}' is no whole number from ${least} to ${most}\n\n${usage}`);
    return [name, value];
  });
  return { server: values.server, ...Object.fromEntries(numbers) };
}

/** A session; counts what it gets. */
class Client {
  /** @type {Map<string, number>} by message */
  received = new Map();
  #socket;

  async connect(url) {
    const socket = new WebSocket(url);
    this.#socket = socket;
    await once(socket, 'open');
    socket.on('message', (text) => {
      const { message } = JSON.parse(text.toString());
      this.received.set(message, (this.received.get(message) ?? 0) + 1);
      if (message === 'ping') this.send('pong', null);
    });
    this.send('connection', { appKey: 'defaultApp', mediaProviders: ['WebRTC'], clientVersion: '2.0' });
    while (!this.received.has('getVersion')) await sleep(5);
  }

  send(message, payload) {
    this.#socket.send(JSON.stringify({ message, data: [payload] }));
  }

  close() {
    this.#socket.terminate();
  }
}

/** Sends so many messages, evenly over time and clients; resolves when each that has an answer has got it. */
async function sendAll({ message, payload, answer }, clients, count, rate) {
  const answered = () => clients.reduce((sum, { received }) => sum + (received.get(answer) ?? 0), 0);
  const before = answered();
  const startedAt = performance.now();
  for (let sent = 0; sent < count; await sleep(tick)) {
    const due = Math.min(count, Math.floor(((performance.now() - startedAt) * rate) / 1000));
    for (; sent < due; sent++) clients[sent % clients.length].send(message, payload);
  }
  for (const until = performance.now() + 10_000; answer !== null && answered() - before < count; ) {
    if (performance.now() > until)
      throw new Error(`${answered() - before} of ${count} answers to ${message}`);
    await sleep(tick);
  }
}

async function measure({ clients: sessions, rate, seconds, server: main }) {
  const server = await Server.start(main, { flags: { 'signaling-max-message-rate': String(2 * rate) } });
  const clients = Array.from({ length: sessions }, () => new Client());
  try {
    for (const client of clients) await client.connect(server.wsUrl);
    const rows = [];
    for (const kind of kinds) {
      await sendAll(kind, clients, warmUp, rate);
      const [machine, before] = [machineTime(), cpuTime(server.controlPid).total];
      const count = rate * seconds;
      await sendAll(kind, clients, count, rate);
      const cost = (cpuTime(server.controlPid).total - before) / count;
      rows.push({ name: kind.name, cost, busy: machineUse(machine, machineTime()).busy });
    }
    return rows;
  } finally {
    for (const client of clients) client.close();
    await server.stop();
  }
}

try {
  const options = readOptions();
  if (!options) console.log(usage);
  else {
    console.log(
      `${options.rate} messages/s of ${options.clients} clients, CPU of the control process a message:`,
    );
    for (const { name, cost, busy } of await measure(options))
      console.log(
        `${name.padEnd(34)}${cost.toFixed(1).padStart(8)} µs   machine ${(busy * 100).toFixed(0)} % busy`,
      );
  }
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
