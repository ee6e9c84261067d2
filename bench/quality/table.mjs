// Results for people: a table a scenario, a row a case.
import { spread } from './bottleneck.mjs';

const fixed = (value, digits) => (value === undefined || value === null ? '–' : value.toFixed(digits));
const percent = (value, digits) => fixed(value * 100, digits);

/** Median and 95th percentile. */
const recovery = ({ recovery: { median, p95 } }) => `${fixed(median, 0)}/${fixed(p95, 0)}`;

/** Heading, what it shows of a row. @type {[string, (row: import('./loss.mjs').Row) => string][]} */
const viewerColumns = [
  ['frozen %', ({ quality }) => percent(quality.frozen, 2)],
  ['freezes', ({ quality }) => fixed(quality.freezes, 0)],
  ['by stats %', ({ quality }) => percent(quality.frozenByBrowser, 2)],
  ['first ms', ({ firstFrame }) => fixed(firstFrame, 0)],
  ['fps', ({ quality }) => fixed(quality.fps, 1)],
  ['Mbit/s', ({ quality }) => fixed(quality.bitrate / 1e6, 2)],
  ['lost %', ({ quality }) => percent(quality.lost, 2)],
  ['unrec %', ({ quality }) => percent(quality.unrecovered, 3)],
  ['absent %', ({ quality }) => percent(quality.absent, 3)],
  ['resent', ({ quality }) => fixed(quality.resent, 0)],
  ['back ms', ({ quality }) => recovery(quality)],
  ['NACK', ({ quality }) => fixed(quality.nacks, 0)],
  ['PLI', ({ quality }) => fixed(quality.plis, 0)],
  ['key', ({ quality }) => fixed(quality.keyFrames, 0)],
  ['buffer ms', ({ quality }) => fixed(quality.jitterBuffer, 0)],
];

/** @type {typeof viewerColumns} */
const publisherColumns = [
  ['pub Mbit/s', ({ quality }) => fixed(quality.publisher.bitrate / 1e6, 2)],
  ['pub fps', ({ quality }) => fixed(quality.publisher.fps, 1)],
  ['pub lost %', ({ quality }) => percent(quality.publisher.lost, 2)],
  ['pub unrec %', ({ quality }) => percent(quality.publisher.unrecovered, 3)],
  ['probes lost', ({ quality }) => fixed(quality.publisher.probesLost, 0)],
  ['pub resent', ({ quality }) => fixed(quality.publisher.resent, 0)],
  ['pub back ms', ({ quality }) => recovery(quality.publisher)],
  ['limited by', ({ quality }) => quality.publisher.limitation ?? '–'],
];

/** @type {typeof viewerColumns} */
const bottleneckColumns = [
  ['queue drops', ({ quality }) => fixed(quality.overflowed + quality.publisher.overflowed, 0)],
  ['reached s', ({ reached }) => fixed(reached && reached / 1000, 1)],
];

const machineColumns = /** @type {typeof viewerColumns} */ ([
  ['busy %', ({ quality }) => percent(quality.machine.busy, 0)],
]);

/**
 * How long the bitrate took to come where a case was repeated.
 *
 * @param {import('./loss.mjs').Row[]} rows
 * @returns {string[]} one line a case
 */
export function returns(rows) {
  const labels = new Set(rows.map(({ label }) => label));
  return [...labels].flatMap((label) => {
    const times = rows.filter((row) => row.label === label).map(({ reached }) => reached);
    if (times.length < 2) return [];
    const { median, worst } = spread(times);
    return [`${label}: reached after ${inSeconds(median)} s (median), ${inSeconds(worst)} s (worst)`];
  });
}

const inSeconds = (ms) => (Number.isFinite(ms) ? (ms / 1000).toFixed(1) : '–');

/**
 * @param {string} name of the scenario
 * @param {import('./loss.mjs').Row[]} rows
 * @returns {string}
 */
export function table(name, rows) {
  const columns = [
    /** @type {(typeof viewerColumns)[number]} */ (['case', ({ label }) => label]),
    ...viewerColumns,
    ...(/^(publisher|direct)-/.test(name) ? publisherColumns : []),
    ...(name.endsWith('bottleneck') ? bottleneckColumns : []),
    ...machineColumns,
  ];
  const cells = [
    columns.map(([heading]) => heading),
    ...rows.map((row) => columns.map(([, show]) => show(row))),
  ];
  const widths = columns.map((_, column) => Math.max(...cells.map((line) => line[column].length)));
  const pad = (text, column) =>
    column === 0 ? text.padEnd(widths[column]) : text.padStart(widths[column] + 2);
  return cells.map((line) => line.map(pad).join('')).join('\n');
}
