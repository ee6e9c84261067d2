/** What of this process's environment a child gets: settings of Sluice, which may be secret, are none of its business. */
const inherited = ['PATH', 'LD_LIBRARY_PATH', 'HOME', 'TMPDIR'];

/** The environment of a child. */
export function childEnvironment(parent: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  const environment: NodeJS.ProcessEnv = {
    // Messages in English and without colours.
    LC_ALL: 'C',
    AV_LOG_FORCE_NOCOLOR: '1',
    // glibc sets a heap of 64 MiB aside for each thread otherwise.
    MALLOC_ARENA_MAX: '2',
  };
  for (const name of inherited) if (parent[name] !== undefined) environment[name] = parent[name];
  return environment;
}
