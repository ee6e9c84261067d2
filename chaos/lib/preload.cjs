// Loaded into each of the server's processes, beside the server: does there what cannot be done from outside, and counts.
// One JSON object a line on a local socket that is named after the process: { method, … } → { … }.
const { readdirSync, rmSync } = require('node:fs');
const { syncBuiltinESMExports } = require('node:module');
const { createServer } = require('node:net');
const timers = require('node:timers');

const { CHAOS_FOLDER: folder, CHAOS_PARENT: parent } = process.env;
const path = `${folder}/${process.pid}.sock`;
const RealDate = Date;
let clockOffset = 0;

/** The wall clock as it is set by `clock`; the monotonic one is left alone. */
globalThis.Date = new Proxy(RealDate, {
  construct: (target, args) => new target(...(args.length === 0 ? [target.now() + clockOffset] : args)),
  apply: (target) => new target(target.now() + clockOffset).toString(),
  get: (target, name) => (name === 'now' ? () => target.now() + clockOffset : Reflect.get(target, name)),
});

/** Timers that run, those included that keep nothing awake. */
const running = new Set();
let sweepAt = 1000;

function sweep() {
  for (const timer of running) if (timer._destroyed) running.delete(timer);
  sweepAt = Math.max(1000, 2 * running.size);
}

for (const name of ['setTimeout', 'setInterval']) {
  const original = timers[name];
  const counted = (...args) => {
    const timer = original(...args);
    running.add(timer);
    if (running.size > sweepAt) sweep();
    return timer;
  };
  // `promisify` finds its own form of it there.
  for (const symbol of Object.getOwnPropertySymbols(original)) {
    Object.defineProperty(counted, symbol, Object.getOwnPropertyDescriptor(original, symbol));
  }
  globalThis[name] = counted;
  timers[name] = counted;
}
syncBuiltinESMExports();

const pause = (ms) => new Promise((done) => timers.setTimeout(done, ms));

const methods = {
  /** ms by which the wall clock differs from the machine's. */
  clock({ offset }) {
    clockOffset = offset;
  },
  /** Closes the channel to the parent without this process's own code hearing of it. */
  cut() {
    process.removeAllListeners('disconnect');
    process.disconnect();
  },
  async census() {
    // What finalizers release goes with the second collection.
    globalThis.gc();
    await pause(50);
    globalThis.gc();
    sweep();
    const resources = {};
    for (const name of process.getActiveResourcesInfo()) resources[name] = (resources[name] ?? 0) + 1;
    const { heapUsed, rss } = process.memoryUsage();
    return {
      descriptors: readdirSync('/proc/self/fd').length,
      timers: running.size,
      resources,
      heap: heapUsed,
      rss,
    };
  },
};

const server = createServer((socket) => {
  socket.on('error', () => {});
  socket.on('data', async (text) => {
    const { method, ...params } = JSON.parse(text);
    const result = await methods[method](params);
    socket.end(`${JSON.stringify(result ?? {})}\n`);
  });
});
// A process that has no descriptor left is asked again.
server.on('error', () => {});
server.listen(path).unref();
process.on('exit', () => rmSync(path, { force: true }));

// A run that was killed leaves no server behind.
if (process.ppid === Number(parent)) {
  timers
    .setInterval(() => process.ppid === Number(parent) || process.kill(process.pid, 'SIGKILL'), 1000)
    .unref();
}
