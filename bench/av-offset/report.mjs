// What npm run bench:av prints.
import { limit } from './verdict.mjs';

/** @typedef {import('./offsets.mjs').Minute} Minute */

/** @param {{ page: Minute[], reference: Minute[], recording: Minute[], shares: Minute[] }} minutes */
export function printMinutes({ page, reference, recording, shares }) {
  console.log('\nSound behind picture, ms: median of a minute (least to most)');
  console.log('minute | as captured | reference | recording | own share');
  const worst = shares.toSorted((one, other) => Math.abs(other.median) - Math.abs(one.median))[0];
  const chosen = new Set([shares[0], shares[shares.length >> 1], shares.at(-1), worst]);
  for (const share of [...chosen].sort((one, other) => one.minute - other.minute)) {
    const others = [page, reference, recording].map((list) =>
      list.find(({ minute }) => minute === share.minute),
    );
    console.log([share.minute + 1, ...[...others, share].map(text)].join(' | '));
  }
}

function text(minute) {
  if (!minute) return '-';
  return `${minute.median.toFixed(1)} (${minute.least.toFixed(0)} to ${minute.most.toFixed(0)})`;
}

/** @param {import('./verdict.mjs').Verdict} verdict */
export function printVerdict(verdict) {
  const { flashes, compared, below, steady, steadyBelow, worstMinute, worstFlash, drift, met } = verdict;
  console.log(`\nFlashes that are in both files: ${compared} of ${flashes}`);
  console.log(
    `The recording's own share, ms: median of the worst minute ${worstMinute.toFixed(1)}, worst flash ${worstFlash.toFixed(1)}, drift ${drift.toFixed(1)} an hour`,
  );
  console.log(
    `Below ${limit} ms: ${below} of ${compared}; while the source is steady ${steadyBelow} of ${steady}`,
  );
  console.log(`In step: ${met ? 'yes' : 'NO'}`);
}
