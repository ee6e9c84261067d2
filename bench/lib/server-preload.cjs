// Loaded into the server's processes, beside the server.
const { writeSync } = require('node:fs');
const { Session } = require('node:inspector');
const { constants, PerformanceObserver } = require('node:perf_hooks');

const stderr = 2;
const parent = process.ppid;
/** Of allocations, bytes; small enough that an object in every hundredth packet is seen within a minute. */
const samplingInterval = 2048;
const mostSites = 12;

function say(msg, data) {
  writeSync(stderr, `${JSON.stringify({ msg, pid: process.pid, ...data })}\n`);
}

// SIGURG, which means nothing to the server, makes the process collect garbage and say how much memory is in use after
// it. Twice, because what finalizers release goes with the second collection.
process.on('SIGURG', () => {
  globalThis.gc();
  setTimeout(() => {
    globalThis.gc();
    const { heapUsed, external } = process.memoryUsage();
    say('live-memory', { bytes: heapUsed + external });
  }, 200);
});

// SIGWINCH makes it say what memory it has now, what garbage was collected since it started, and, where BENCH_ALLOCATIONS
// is set, what was allocated since the last time, and where.
const collections = { scavenges: 0, others: 0, ms: 0 };
new PerformanceObserver((list) => {
  for (const { duration, detail } of list.getEntries()) {
    collections.ms += duration;
    if (detail.kind === constants.NODE_PERFORMANCE_GC_MINOR) collections.scavenges++;
    else collections.others++;
  }
}).observe({ entryTypes: ['gc'] });

const inspector = process.env.BENCH_ALLOCATIONS ? new Session() : null;
inspector?.connect();

function beginSampling() {
  inspector?.post('HeapProfiler.startSampling', {
    samplingInterval,
    includeObjectsCollectedByMajorGC: true,
    includeObjectsCollectedByMinorGC: true,
  });
}

function endSampling() {
  const sites = new Map();
  const visit = ({ callFrame: { functionName, url, lineNumber }, selfSize, children }) => {
    const place = `${functionName || '(anonymous)'} ${url.replace(/^.*\/dist\//, '')}:${lineNumber + 1}`;
    sites.set(place, (sites.get(place) ?? 0) + selfSize);
    children.forEach(visit);
  };
  inspector?.post('HeapProfiler.stopSampling', (error, result) => {
    if (!error) visit(result.profile.head);
  });
  const sorted = [...sites].filter(([, bytes]) => bytes > 0).sort((a, b) => b[1] - a[1]);
  const allocated = sorted.reduce((sum, [, bytes]) => sum + bytes, 0);
  return { allocated, sites: sorted.slice(0, mostSites) };
}

process.on('SIGWINCH', () => {
  const { heapUsed, external } = process.memoryUsage();
  const allocations = inspector ? endSampling() : {};
  say('memory', { heap: heapUsed, external, ...collections, ...allocations });
  beginSampling();
});

// A benchmark that was killed leaves no server behind.
setInterval(() => process.ppid !== parent && process.kill(process.pid, 'SIGTERM'), 1000).unref();
