// Loaded into the server's processes, beside the server.
const { writeSync } = require('node:fs');

const stderr = 2;
const parent = process.ppid;

// SIGUSR2 makes the process collect garbage and say how much memory is in use after it. Twice, because what finalizers
// release goes with the second collection.
process.on('SIGUSR2', () => {
  globalThis.gc();
  setTimeout(() => {
    globalThis.gc();
    const { heapUsed, external } = process.memoryUsage();
    writeSync(
      stderr,
      `${JSON.stringify({ msg: 'live-memory', pid: process.pid, bytes: heapUsed + external })}\n`,
    );
  }, 200);
});

// A benchmark that was killed leaves no server behind.
setInterval(() => process.ppid !== parent && process.kill(process.pid, 'SIGTERM'), 1000).unref();
