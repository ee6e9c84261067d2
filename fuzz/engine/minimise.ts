const MOST_TRIES = 4000;

/** The shortest input, with the most zeros, found that still `fails`: pieces are left out as long as it does. */
export async function minimise(
  input: Uint8Array,
  fails: (input: Uint8Array) => Promise<boolean>,
): Promise<Uint8Array> {
  let best = input;
  let tries = 0;
  const attempt = async (candidate: Uint8Array): Promise<boolean> => {
    if (tries++ >= MOST_TRIES || !(await fails(candidate.slice()))) return false;
    best = candidate;
    return true;
  };
  for (let piece = best.length >> 1; piece > 0; piece >>= 1) {
    for (let at = 0; at + piece <= best.length; ) {
      const shorter = new Uint8Array(best.length - piece);
      shorter.set(best.subarray(0, at));
      shorter.set(best.subarray(at + piece), at);
      if (!(await attempt(shorter))) at += piece;
    }
  }
  for (let at = 0; at < best.length; at++) {
    if (best[at] === 0) continue;
    const zeroed = best.slice();
    zeroed[at] = 0;
    await attempt(zeroed);
  }
  return best;
}
