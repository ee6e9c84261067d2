// Results for people: one column a case, one row a figure.

const warnings = {
  saturated: 0.97,
  stolen: 0.02,
  others: 0.1,
  delivered: 0.999,
};

/**
 * @typedef {object} Column
 * @property {string[]} title lines of it
 * @property {import('./traffic.mjs').Traffic} traffic
 * @property {import('./floor.mjs').Floor | import('./floor.mjs').RelayFloor | null} [floor]
 * @property {import('./memory.mjs').Memory | null} [memory]
 */

/**
 * @typedef {[label: string, unit?: string, values?: string[]]} Row
 */

/**
 * Rows for which no column has a figure are left out, and headings without rows.
 *
 * @param {Row[]} rows
 * @returns {string}
 */
export function format(rows) {
  const width = Math.max(13, ...rows.flatMap(([, , values = []]) => values.map((value) => value.length + 2)));
  const line = ([label, unit = '', values = []]) =>
    `${label.padEnd(42)}${unit.padEnd(13)}${values.map((value) => value.padStart(width)).join('')}`.trimEnd();
  const known = rows.filter(([, , values]) => !values || values.some((value) => value !== '–'));
  const filled = known.filter(([, , values], index) => values || known[index + 1]?.[2]);
  return filled.map(line).join('\n');
}

/**
 * @param {number | null | undefined} value
 * @param {number} digits
 * @returns {string}
 */
export function number(value, digits) {
  return value === undefined || value === null ? '–' : value.toFixed(digits);
}

/** @param {Column[]} columns */
export function table(columns) {
  const micro = (pick) => columns.map((one) => number(pick(one), 2));
  const memory = (pick, unit) =>
    columns.map((one) => number(one.memory && pick(one.memory) / unit, unit > 1024 ? 1 : 0));
  const lines = Math.max(...columns.map(({ title }) => title.length));
  return format([
    .../** @type {Row[]} */ (
      Array.from({ length: lines }, (_, index) => ['', '', columns.map(({ title }) => title[index] ?? '')])
    ),
    ['CPU time a forwarded packet'],
    ['  whole server', 'µs', micro(({ traffic }) => traffic.cpu.all)],
    ['    media process', 'µs', micro(({ traffic }) => traffic.cpu.media)],
    ['      user, about', 'µs', micro(({ traffic }) => traffic.cpu.mediaUser)],
    ['      system, about', 'µs', micro(({ traffic }) => traffic.cpu.mediaSystem)],
    ['    control process', 'µs', micro(({ traffic }) => traffic.cpu.control)],
    ['  floor in C: GSO of a frame, AES-GCM', 'µs', micro(({ floor }) => floor?.frames)],
    ['  floor in C: GSO of 4, AES-GCM', 'µs', micro(({ floor }) => floor?.gso)],
    ['  floor in C: sendto, AES-GCM', 'µs', micro(({ floor }) => floor?.sendto)],
    ['  floor in C: a packet through', 'µs', micro(({ floor }) => floor?.relay)],
    ['  floor in C: the same, every 2 ms', 'µs', micro(({ floor }) => floor?.paced)],
    ['  the latter in JavaScript', 'µs', micro(({ floor }) => floor?.script)],
    [
      '  whole server ÷ lowest floor',
      '',
      micro(({ traffic, floor }) => floor && traffic.cpu.all / Math.min(...Object.values(floor))),
    ],
    ...deliveryRows(columns),
    ['Memory'],
    ['  server, resident, without viewers', 'MiB', memory(({ idle }) => idle, 2 ** 20)],
    ['  server, resident, with all viewers', 'MiB', memory(({ loaded }) => loaded, 2 ** 20)],
    ['  a viewer adds', 'KiB', memory(({ perViewer }) => perViewer, 1024)],
    ['    media process, resident', 'KiB', memory(({ media }) => media, 1024)],
    ['    control process, live heap', 'KiB', memory(({ control }) => control, 1024)],
    ...loadRows(columns),
  ]);
}

/**
 * Whether packets arrived.
 *
 * @param {Pick<Column, 'traffic'>[]} columns
 * @returns {Row[]}
 */
export function deliveryRows(columns) {
  const share = (pick) => columns.map((one) => number(pick(one) * 100, 2));
  const count = (pick) => columns.map((one) => number(pick(one), 0));
  const wrong = ({ traffic: { checks } }) => checks.misnumbered + checks.damaged;
  const twice = ({ traffic: { checks } }) => checks.duplicates + checks.reordered;
  return [
    ['Delivery'],
    ['  forwarded packets', '1/s', count(({ traffic }) => traffic.delivered / traffic.seconds)],
    ['  delivered', '%', share(({ traffic }) => traffic.deliveredRatio)],
    ['  delivered to the worst viewer', '%', share(({ traffic }) => traffic.worstViewerRatio)],
    ['  duplicate or reordered', '', count(twice)],
    ['  misnumbered or damaged', '', count(wrong)],
    ['  compared byte by byte', '', count(({ traffic }) => traffic.checks.compared)],
  ];
}

/**
 * What the machine did meanwhile.
 *
 * @param {Pick<Column, 'traffic'>[]} columns
 * @returns {Row[]}
 */
export function loadRows(columns) {
  const share = (pick) => columns.map(({ traffic }) => number(pick(traffic) * 100, 1));
  return [
    ['Load while measuring'],
    ['  server', '% of a core', share(({ load }) => load.server)],
    ['  publishers', '% of a core', share(({ load }) => load.publisher)],
    ['  viewers', '% of a core', share(({ load }) => load.viewers)],
    ['  others on this machine', '% of all', share(({ machine }) => machine.others)],
    ['  machine busy', '% of all', share(({ machine }) => machine.busy)],
    ['  taken by the hypervisor', '% of all', share(({ machine }) => machine.stolen)],
    [
      '  worst delay of a frame at the publisher',
      'ms',
      columns.map(({ traffic }) => number(traffic.publisher.worstDelay, 0)),
    ],
  ];
}

/**
 * What makes a column's figures doubtful or wrong.
 *
 * @param {Pick<Column, 'title' | 'traffic'>} column
 * @returns {{ wrong: string[], doubtful: string[] }}
 */
export function verdict({ title, traffic: { checks, deliveredRatio, machine, publisher } }) {
  const at = title.join(', ');
  const wrong = [];
  const doubtful = [];
  if (checks.misnumbered > 0)
    wrong.push(`${at}: ${checks.misnumbered} packets with a wrong number, timestamp or source`);
  if (checks.damaged > 0) wrong.push(`${at}: ${checks.damaged} packets whose bytes are not those sent`);
  if (checks.duplicates > 0) wrong.push(`${at}: ${checks.duplicates} packets came twice`);
  if (deliveredRatio < warnings.delivered) {
    doubtful.push(`${at}: packets were lost, between server and viewers or in them`);
  }
  if (machine.busy > warnings.saturated) doubtful.push(`${at}: the machine was saturated`);
  if (machine.stolen > warnings.stolen) doubtful.push(`${at}: the hypervisor took time away`);
  if (machine.others > warnings.others) doubtful.push(`${at}: something else kept the machine busy`);
  if (publisher.refused > 0)
    doubtful.push(`${at}: the publisher could not send ${publisher.refused} packets`);
  return { wrong, doubtful };
}

/**
 * The verdicts of several columns in one.
 *
 * @param {Pick<Column, 'title' | 'traffic'>[]} columns
 */
export function verdicts(columns) {
  const all = columns.map(verdict);
  return {
    wrong: all.flatMap(({ wrong }) => wrong),
    doubtful: all.flatMap(({ doubtful }) => doubtful),
  };
}
