// The child's side of PeerProcess.

/**
 * Answers the parent's calls until the parent has gone.
 *
 * @param {Record<string, (params: any) => unknown>} methods
 */
export function serve(methods) {
  process.on('message', async ({ id, method, params }) => {
    try {
      process.send({ id, result: (await methods[method](params)) ?? null });
    } catch (error) {
      process.send({ id, error: error.message });
    }
  });
  process.on('disconnect', () => process.exit(0));
}

export function emit(event, data) {
  if (process.connected) process.send({ event, data });
}

/** libdatachannel aborts the process without a word when a callback throws: this says why first. */
export function guarded(callback) {
  return (...args) => {
    try {
      callback(...args);
    } catch (error) {
      console.error(error);
      process.exit(1);
    }
  };
}
