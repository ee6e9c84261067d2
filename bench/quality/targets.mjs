// What the project wants of a bad network, and what makes a run's figures doubtful.

/** Above these, shares of 0 to 1, the figures tell of the machine rather than of the server. */
const limits = { busy: 0.9, stolen: 0.02, floorFrozen: 0.001 };

/**
 * @typedef {object} Target
 * @property {string} scenario
 * @property {string} label of the row
 * @property {string} text
 * @property {(row: import('./loss.mjs').Row) => boolean} met
 */

/** By whichever account is worse: each misses some, see docs/media-quality.md. */
const frozen = (quality) => Math.max(quality.frozen, quality.frozenByBrowser);

/** @type {Target[]} */
const targets = [
  {
    scenario: 'viewer-loss',
    label: '5 %, 60 ms',
    text: 'less than 1 % frozen, less than 0.1 % unrecovered',
    met: ({ quality }) => frozen(quality) < 0.01 && quality.unrecovered < 0.001,
  },
  {
    scenario: 'viewer-loss',
    label: '10 %, 60 ms',
    text: 'less than 3 % frozen',
    met: ({ quality }) => frozen(quality) < 0.03,
  },
  {
    scenario: 'publisher-loss',
    label: '5 %, 60 ms',
    text: 'less than 1 % frozen, less than 0.1 % absent',
    met: ({ quality }) => frozen(quality) < 0.01 && quality.absent < 0.001,
  },
  {
    scenario: 'publisher-bottleneck',
    label: '1 Mbit/s',
    text: '0.7 to 1.0 Mbit/s within 10 s',
    met: ({ reached }) => reached !== null && reached <= 10_000,
  },
  {
    scenario: 'publisher-bottleneck',
    label: '3 Mbit/s',
    text: 'nine tenths of its bitrate again within 15 s',
    met: ({ reached }) => reached !== null && reached <= 15_000,
  },
];

/**
 * @param {string} scenario
 * @param {import('./loss.mjs').Row[]} rows
 * @returns {string[]} one line each target that the rows speak of
 */
export function judge(scenario, rows) {
  return targets
    .filter((target) => target.scenario === scenario)
    .flatMap(({ label, text, met }) => {
      const meant = rows.filter((row) => row.label === label);
      if (meant.length === 0) return [];
      const good = meant.filter(met).length;
      const times = meant.length > 1 ? `, ${good} times of ${meant.length}` : '';
      return [`${good === meant.length ? 'met   ' : 'MISSED'}  ${label}: ${text}${times}`];
    });
}

/**
 * @param {import('./loss.mjs').Row[]} rows the first is the floor
 * @returns {string[]}
 */
export function doubts(rows) {
  const [floor] = rows;
  const texts = [];
  if (floor && frozen(floor.quality) > limits.floorFrozen) {
    texts.push(`the picture froze with nothing in its way (${floor.label}): all freezes are doubtful`);
  }
  for (const { label, quality } of rows) {
    if (quality.machine.busy > limits.busy) texts.push(`${label}: the machine was saturated`);
    if (quality.machine.stolen > limits.stolen) texts.push(`${label}: the hypervisor took time away`);
  }
  return texts;
}
