// cores: what one and two media processes can send of one stream, by viewers that grow in number until they do not get
// everything.
import { availableParallelism } from 'node:os';
import { Stage } from '../lib/stage.mjs';
import { deliveryRows, format, loadRows, number, verdict } from '../lib/table.mjs';
import { measureTraffic } from '../lib/traffic.mjs';

const processes = [1, 2];
const usualViewers = [200, 400, 600, 800];
const usualRate = 400;
const usualSeconds = 5;
/** Of the packets: what is below is too much for the server. */
const enough = 0.995;

/**
 * @param {import('../lib/options.mjs').Options} options
 * @returns {Promise<import('../run.mjs').Outcome>}
 */
export async function run(options) {
  const rate = options.rate?.[0] ?? usualRate;
  const steps = [...new Set(options.viewers ?? usualViewers)].sort((a, b) => a - b);
  const columns = [];
  const doubtful = [];
  for (const count of processes) {
    const before = columns.length;
    try {
      await climb(count, steps, { ...options, rate }, (column) => columns.push(column));
    } catch (error) {
      // Too many viewers for the machine to let them in, or to keep them: an end like any other, once there are figures.
      if (columns.length === before) throw error;
      doubtful.push(`the last step with ${count} media processes failed: ${error.message.split('\n')[0]}`);
    }
  }
  const most = processes.map((count) => {
    const own = columns.filter(({ processes }) => processes === count);
    const { traffic } = own.reduce((best, one) => (rateOf(one) > rateOf(best) ? one : best));
    const text = number(traffic.delivered / traffic.seconds, 0);
    return `${count} media process${count > 1 ? 'es' : ''}: at most ${text} packets/s, ${number(traffic.cpu.all, 2)} µs each`;
  });
  const cores = `The machine has ${availableParallelism()} cores, for publisher and viewers, too.`;
  // Losses and a busy machine are what is looked for here, and who is left behind begins anew at a key frame.
  const whole = columns.filter(({ traffic }) => traffic.deliveredRatio >= enough).map(verdict);
  const others = columns.filter(({ traffic }) => traffic.machine.others > 0.1).length;
  if (others > 0) {
    doubtful.push(`something else kept the machine busy in ${others} of ${columns.length} steps`);
  }
  return {
    results: { columns },
    table: [tableOf(columns), '', ...most, cores].join('\n'),
    doubtful,
    wrong: whole.flatMap(({ wrong }) => wrong),
  };
}

function rateOf({ traffic }) {
  return traffic.delivered / traffic.seconds;
}

/** More and more viewers, until the server cannot serve them all. */
function climb(count, steps, options, onColumn) {
  const flags = { 'media-workers': String(count) };
  return Stage.with({ ...options, flags }, async (stage) => {
    let present = 0;
    for (const viewers of steps) {
      console.log(`${count} media processes, ${viewers} viewers …`);
      await stage.addViewers(viewers - present);
      present = viewers;
      const traffic = await measureTraffic(stage, options.seconds ?? usualSeconds, 5);
      onColumn({ title: [`${count} × media`, `${viewers} viewers`], processes: count, traffic });
      if (traffic.deliveredRatio < enough) break;
    }
  });
}

function tableOf(columns) {
  const line = (index) => ['', '', columns.map(({ title }) => title[index])];
  const cpu = (pick) => columns.map(({ traffic }) => number(pick(traffic.cpu), 2));
  return format(
    /** @type {import('../lib/table.mjs').Row[]} */ ([
      line(0),
      line(1),
      ['CPU time a forwarded packet'],
      ['  whole server', 'µs', cpu(({ all }) => all)],
      ['  media processes', 'µs', cpu(({ media }) => media)],
      ...deliveryRows(columns),
      ...loadRows(columns),
    ]),
  );
}
