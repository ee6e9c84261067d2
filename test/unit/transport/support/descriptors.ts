import koffi from 'koffi';

const c = koffi.load(null);
const getrlimit = c.func('int getrlimit(int resource, _Out_ uint64_t *limits)');
const setrlimit = c.func('int setrlimit(int resource, const uint64_t *limits)');
const RLIMIT_NOFILE = 7;

/** Runs `run` while this process may open no further descriptor. */
export function withoutDescriptors(run: () => void): void {
  const limits = new BigUint64Array(2);
  if (getrlimit(RLIMIT_NOFILE, limits) !== 0) throw new Error('getrlimit');
  setrlimit(RLIMIT_NOFILE, new BigUint64Array([3n, limits[1]!]));
  try {
    run();
  } finally {
    setrlimit(RLIMIT_NOFILE, limits);
  }
}
