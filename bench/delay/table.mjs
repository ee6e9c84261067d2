// Results for people: one column a case, and what makes them doubtful or wrong.

/** The server's own delay, 99th percentile, that it must stay below, ms. */
export const target = 5;

const limits = {
  busy: 0.9,
  process: 0.8,
  stolen: 0.005,
  others: 0.05,
  queued: 0.05,
  leastP99: 2,
  lost: 0.001,
};

/**
 * @param {import('./measure.mjs').Delay[]} results
 * @returns {string}
 */
export function table(results) {
  const row = (label, unit, pick, digits = 3) => [
    label,
    unit,
    results.map((one) => pick(one).toFixed(digits)),
  ];
  const spread = (title, pick) => [
    [title],
    row('  p50', 'ms', (one) => pick(one).p50),
    row('  p99', 'ms', (one) => pick(one).p99),
    row('  p99.9', 'ms', (one) => pick(one).p999),
    row('  max', 'ms', (one) => pick(one).max),
  ];
  const processes = Object.keys(results[0].usage.load);
  const shares = (part) =>
    processes.map((name) => row(`  ${name}`, '% of a core', ({ usage }) => usage[part][name] * 100, 1));
  const rows = [
    ['', '', results.map(({ case: { viewers, rate } }) => `${viewers} × ${rate}/s`)],
    row('packets out, all viewers together', '1/s', ({ forwarded }) => forwarded, 0),
    ...spread('Added by the server: server − least', ({ added }) => added),
    ...spread('Through the server, wire to wire', ({ server }) => server),
    row('  p99 of the viewer that joined first', 'ms', ({ byProbe }) => byProbe[0].p99),
    row('  p99 of the viewer that joined last', 'ms', ({ byProbe }) => byProbe[byProbe.length - 1].p99),
    ...spread('Least: through the forwarder in C', ({ least }) => least),
    ...spread("From the publisher's JavaScript to a viewer's", ({ whole }) => whole),
    ['Packets'],
    row('  timed', '', ({ server }) => server.count, 0),
    row('  timed at the forwarder', '', ({ least }) => least.count, 0),
    row('  lost', '', ({ packets }) => packets.lost, 0),
    row('  lost at the forwarder', '', ({ leastPackets }) => leastPackets.lost, 0),
    ['Load while measuring'],
    ...shares('load'),
    row('  others on this machine', '% of all', ({ usage }) => usage.machine.others * 100, 1),
    row('  machine busy', '% of all', ({ usage }) => usage.machine.busy * 100, 1),
    row('  taken by the hypervisor', '% of all', ({ usage }) => usage.machine.stolen * 100, 2),
    row('  worst delay of a frame at the publisher', 'ms', ({ publisher }) => publisher.worstDelay, 1),
    ['Could run and had no core'],
    ...shares('queued').map(([label, , values]) => [label, '% of the time', values]),
  ];
  return rows.map(line).join('\n');
}

/**
 * @param {import('./measure.mjs').Delay} one
 * @returns {{ wrong: string[], doubtful: string[] }} wrong: what no busy machine explains
 */
export function verdict({ case: { viewers, rate }, least, packets, leastPackets, publisher, usage }) {
  const at = `${viewers} × ${rate}/s`;
  const wrong = [];
  const doubtful = [];
  const doubt = (condition, text) => condition && doubtful.push(`${at}: ${text}`);
  const percent = (value) => `${(value * 100).toFixed(1)} %`;
  const { load, machine, queued } = usage;
  if (packets.foreign > 0)
    wrong.push(`${at}: ${packets.foreign} packets with a wrong number, source or timestamp`);
  if (packets.unstamped > 0)
    wrong.push(`${at}: ${packets.unstamped} packets without the time they were sent`);
  doubt(packets.lost > packets.expected * limits.lost, `${packets.lost} packets were lost`);
  doubt(leastPackets.lost > leastPackets.expected * limits.lost, 'the forwarder lost packets');
  doubt(publisher.refused > 0, `the publisher could not send ${publisher.refused} packets`);
  doubt(machine.busy > limits.busy, `the machine was saturated, ${percent(machine.busy)} busy`);
  doubt(machine.stolen > limits.stolen, `the hypervisor took ${percent(machine.stolen)} away`);
  doubt(machine.others > limits.others, `something else took ${percent(machine.others)} of the machine`);
  for (const [name, share] of Object.entries(load)) {
    doubt(share > limits.process, `${name}: ${percent(share)} of a core, its own queue is measured`);
  }
  const waited = queued['media process'];
  doubt(waited > limits.queued, `the media process waited for a core in ${percent(waited)} of the time`);
  doubt(least.p99 > limits.leastP99, `even the forwarder's p99 is ${least.p99.toFixed(1)} ms`);
  return { wrong, doubtful };
}

function line([label, unit = '', values = []]) {
  return `${label.padEnd(46)}${unit.padEnd(15)}${values.map((value) => value.padStart(14)).join('')}`.trimEnd();
}
