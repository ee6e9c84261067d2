// Results for people, and for files.
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { machine, version } from '../../bench/lib/save.mjs';
import { format, number } from '../../bench/lib/table.mjs';

const resultsFolder = fileURLToPath(new URL('../results', import.meta.url));
const mib = 2 ** 20;

export function saveResults(name, results, startedAt, json) {
  mkdirSync(resultsFolder, { recursive: true });
  const text = `${JSON.stringify({ version, startedAt, machine, ...results }, null, 2)}\n`;
  const path = `${resultsFolder}/${name}-${startedAt.toISOString().replaceAll(':', '-').slice(0, 19)}.json`;
  writeFileSync(path, text);
  if (json !== undefined) writeFileSync(json, text);
  console.log(`\nWritten to ${json ?? path}`);
}

const columns = [
  's',
  'control',
  'media',
  'egress',
  'heap',
  'fds',
  'timers',
  'publish',
  'p95',
  'play',
  'p95',
  'cpu',
  'busy',
];
export const periodTitle = `resident memory and heap of all in MiB, times to join in ms, load in %
${columns.map((text) => text.padStart(8)).join('')}   left`;

/** @param {import('./soak.mjs').Period} period */
export function periodLine({ at, census: { roles }, joins: { publish, play }, cpu, busy, left }) {
  const all = (name) => Object.values(roles).reduce((sum, one) => sum + one[name], 0);
  const values = [
    number(at, 0),
    ...['control', 'media', 'egress'].map((role) => number((roles[role]?.rss ?? 0) / mib, 1)),
    number(all('heap') / mib, 1),
    number(all('descriptors'), 0),
    number(all('timers'), 0),
    ...[publish.p50, publish.p95, play.p50, play.p95].map((value) => number(value, 0)),
    number(cpu * 100, 0),
    number(busy * 100, 0),
  ];
  const names = Object.entries(left).map(([name, count]) => `${name} ${count}`);
  return `${values.map((text) => text.padStart(8)).join('')}   ${names.join(', ') || '–'}`;
}

export function soakTable({ periods, settled, done, drops }, found) {
  const last = periods[periods.length - 1];
  const rows = Object.entries(found).map(([name, { line, unit, rising }]) => {
    const scale = unit === 'MiB' ? mib : 1;
    const values = [line.mean, line.growth, line.error * (last.at - settled)];
    return [
      `  ${name}`,
      unit,
      [...values.map((value) => number(value / scale, 1)), rising ? 'RISES' : 'steady'],
    ];
  });
  const counts = (values) =>
    Object.entries(values).map(([name, count]) => [`  ${name}`, '', [String(count)]]);
  return format(
    /** @type {import('../../bench/lib/table.mjs').Row[]} */ ([
      [`From ${number(settled, 0)} to ${number(last.at, 0)} s`, '', ['mean', 'growth', '±', '']],
      ...rows,
      ['Done'],
      ...counts(done),
      ['Datagrams dropped'],
      ...counts(drops),
    ]),
  );
}

export const outcomeTitle = `${'fault'.padEnd(44)}statuses   leaks   served again   without fault`;

/** @param {import('./run.mjs').Outcome} outcome */
export function outcomeLine({ name, wrong, leaks, served, usual, seconds }) {
  const time = (value) => (value === null ? 'never' : `${Math.round(value)} ms`);
  const columns = [
    name.padEnd(44),
    (wrong.length > 0 ? 'WRONG' : 'right').padEnd(11),
    (leaks.length > 0 ? 'LEAKS' : 'none').padEnd(5),
    time(served).padStart(15),
    time(usual).padStart(16),
    `   (${Math.round(seconds)} s)`,
  ];
  return [columns.join(''), ...[...wrong, ...leaks].map((text) => `    ${text}`)].join('\n');
}
