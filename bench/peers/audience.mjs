// Many viewers in one process of C (bench/audience), each with a signalling session of its own here.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createInterface } from 'node:readline';
import { pathOf } from '../lib/c-program.mjs';
import { serve } from './rpc.mjs';
import { headerSize, writeParameterSets } from './video-source.mjs';

/** Handshakes at the same time. */
const concurrency = 20;
/** One viewer in so many looks at every byte. */
const sampling = 10;
const connectTimeout = 20_000;

class Program {
  #child;
  #answers = [];
  #connected = new Map();
  /** Of its certificate. @type {Promise<string>} */
  fingerprint;

  constructor() {
    this.#child = spawn(pathOf('audience'), { stdio: ['pipe', 'pipe', 'inherit'] });
    for (const event of ['error', 'exit']) {
      this.#child.on(event, (cause) => {
        console.error(`audience ended: ${cause}`);
        process.exit(1);
      });
    }
    createInterface({ input: this.#child.stdout }).on('line', (line) => this.#receive(JSON.parse(line)));
    this.fingerprint = this.#answer().then(({ fingerprint }) => fingerprint);
  }

  get pid() {
    return this.#child.pid;
  }

  tell(...words) {
    this.#child.stdin.write(`${words.join(' ')}\n`);
  }

  ask(...words) {
    this.tell(...words);
    return this.#answer();
  }

  /** Resolves when the viewer's handshake is done. */
  connected(id) {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`viewer ${id} did not connect`)), connectTimeout);
      this.#connected.set(id, () => resolve(clearTimeout(timer)));
    });
  }

  #answer() {
    return new Promise((resolve) => this.#answers.push(resolve));
  }

  #receive(line) {
    if (line.connected === undefined) this.#answers.shift()(line);
    else this.#connected.get(line.connected)();
  }
}

let program;
let viewers = 0;

function begin({ rate, size, stamps = false }) {
  program = new Program();
  const payload = Buffer.alloc(size - headerSize);
  const prefix = payload.subarray(0, writeParameterSets(payload)).toString('hex');
  program.tell('source', rate, size, Number(stamps), prefix);
}

async function addViewer(client, { name, seed = 0, group = 0 }) {
  const { play } = await import(`./signaling/${client.kind}.mjs`);
  const id = viewers++;
  const fingerprint = await program.fingerprint;
  const local = {
    ufrag: randomBytes(6).toString('hex'),
    password: randomBytes(16).toString('hex'),
    fingerprint,
  };
  const { remote, playing } = await play(client, name, local);
  const connected = program.connected(id);
  const sampled = Number(id % sampling === 0);
  const user = `${remote.ufrag}:${local.ufrag}`;
  const passwords = [remote.password, local.password];
  program.tell('viewer', id, group, seed, sampled, remote.port, user, ...passwords, remote.fingerprint);
  await Promise.all([connected, playing]);
}

serve({
  /** Viewers of each stream: `streams` of `{ name, seed, group, count }`. May be called again for more. */
  async start({ client, streams, ...source }) {
    if (!program) begin(source);
    const wanted = streams.flatMap((stream) => Array.from({ length: stream.count }, () => stream)).values();
    const connect = async () => {
      for (const stream of wanted) await addViewer(client, stream);
    };
    await Promise.all(Array.from({ length: concurrency }, connect));
    return { pids: [program.pid] };
  },

  window: ({ from, to, group = 0 }) => program.ask('window', group, from, to),

  report: () => program.ask('report'),

  /** Of all viewers since the last tally; delays are those of the viewers that look at every byte. */
  tally: () => program.ask('tally'),
});
