// Results for people: one column a case, one row a figure.

const warnings = {
  saturated: 0.97,
  stolen: 0.02,
  others: 0.1,
  delivered: 0.999,
};

/**
 * @param {import('./case.mjs').Case[]} cases
 * @returns {string}
 */
export function table(cases) {
  const micro = (pick) => cases.map((one) => number(pick(one), 2));
  const share = (pick, digits = 1) => cases.map((one) => number(pick(one) * 100, digits));
  const count = (pick) => cases.map((one) => number(pick(one), 0));
  const memory = (pick, unit) => cases.map((one) => number(pick(one) / unit, unit > 1024 ? 1 : 0));
  const rows = [
    ['', '', cases.map(({ viewers }) => `${viewers} viewers`)],
    ['CPU time a forwarded packet'],
    ['  whole server', 'µs', micro(({ traffic }) => traffic.cpu.all)],
    ['    media process', 'µs', micro(({ traffic }) => traffic.cpu.media)],
    ['      user, about', 'µs', micro(({ traffic }) => traffic.cpu.mediaUser)],
    ['      system, about', 'µs', micro(({ traffic }) => traffic.cpu.mediaSystem)],
    ['    control process', 'µs', micro(({ traffic }) => traffic.cpu.control)],
    ['  floor in C: GSO of a frame, AES-GCM', 'µs', micro(({ floor }) => floor?.frames)],
    ['  floor in C: GSO of 4, AES-GCM', 'µs', micro(({ floor }) => floor?.gso)],
    ['  floor in C: sendto, AES-GCM', 'µs', micro(({ floor }) => floor?.sendto)],
    [
      '  whole server ÷ lowest floor',
      '',
      micro(({ traffic, floor }) => floor && traffic.cpu.all / lowest(floor)),
    ],
    ['Delivery'],
    ['  forwarded packets', '1/s', count(({ traffic }) => traffic.delivered / traffic.seconds)],
    ['  delivered', '%', share(({ traffic }) => traffic.deliveredRatio, 2)],
    ['  delivered to the worst viewer', '%', share(({ traffic }) => traffic.worstViewerRatio, 2)],
    [
      '  duplicate or reordered',
      '',
      count(({ traffic: { checks } }) => checks.duplicates + checks.reordered),
    ],
    ['  misnumbered or damaged', '', count(({ traffic: { checks } }) => checks.misnumbered + checks.damaged)],
    ['  compared byte by byte', '', count(({ traffic }) => traffic.checks.compared)],
    ['Memory'],
    ['  server, resident, without viewers', 'MiB', memory(({ memory }) => memory.idle, 2 ** 20)],
    ['  server, resident, with all viewers', 'MiB', memory(({ memory }) => memory.loaded, 2 ** 20)],
    ['  a viewer adds', 'KiB', memory(({ memory }) => memory.perViewer, 1024)],
    ['    media process, resident', 'KiB', memory(({ memory }) => memory.media, 1024)],
    ['    control process, live heap', 'KiB', memory(({ memory }) => memory.control, 1024)],
    ['Load while measuring'],
    ['  server', '% of a core', share(({ traffic }) => traffic.load.server)],
    ['  publisher', '% of a core', share(({ traffic }) => traffic.load.publisher)],
    ['  viewers', '% of a core', share(({ traffic }) => traffic.load.viewers)],
    ['  others on this machine', '% of all', share(({ traffic }) => traffic.machine.others)],
    ['  machine busy', '% of all', share(({ traffic }) => traffic.machine.busy)],
    ['  taken by the hypervisor', '% of all', share(({ traffic }) => traffic.machine.stolen)],
    ['  worst delay of a frame at the publisher', 'ms', count(({ traffic }) => traffic.publisher.worstDelay)],
  ];
  return rows.map(line).join('\n');
}

/**
 * What makes a case's figures doubtful or wrong.
 *
 * @param {import('./case.mjs').Case} one
 * @returns {{ wrong: string[], doubtful: string[] }}
 */
export function verdict({ viewers, traffic: { checks, deliveredRatio, machine, publisher } }) {
  const at = `${viewers} viewers`;
  const wrong = [];
  const doubtful = [];
  if (checks.misnumbered > 0)
    wrong.push(`${at}: ${checks.misnumbered} packets with a wrong number or source`);
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

function lowest(floor) {
  return Math.min(...Object.values(floor));
}

function number(value, digits) {
  return value === undefined || value === null ? '–' : value.toFixed(digits);
}

function line([label, unit = '', values = []]) {
  return `${label.padEnd(42)}${unit.padEnd(13)}${values.map((value) => value.padStart(13)).join('')}`.trimEnd();
}
