// What forwarding costs and whether the packets arrive: one window of time while a publisher sends to all viewers.
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { cpuSpent, cpuTime, machineTime, machineUse } from './accounting.mjs';
import { within } from './children.mjs';

/**
 * @typedef {object} Traffic
 * @property {number} seconds the window took
 * @property {number} sent packets of each publisher in the window
 * @property {number} delivered packets of the window that viewers got, duplicates not counted
 * @property {number} viewers of all publishers
 * @property {number} deliveredRatio delivered ÷ (sent × viewers)
 * @property {number} worstViewerRatio the same of the viewer that got least
 * @property {Record<'all' | 'media' | 'mediaUser' | 'mediaSystem' | 'control', number>} cpu µs a delivered packet
 * @property {Record<'duplicates' | 'reordered' | 'misnumbered' | 'compared' | 'damaged', number>} checks packets
 * @property {{ server: number, publisher: number, viewers: number }} load shares of one core, 1 is a whole one
 * @property {{ busy: number, stolen: number, others: number }} machine shares of all cores; others: what is
 *   neither the server nor its peers
 * @property {{ refused: number, worstDelay: number }} publisher packets it could not send; ms its worst frame was late
 */

const callTimeout = 10_000;
/** The window's last packets have arrived when none has come for so long, ms. */
const quietTime = 500;
/** Processes that do not get to run may have some waiting: looked for so many times. */
const mostDrains = 10;
const checks = ['duplicates', 'reordered', 'misnumbered', 'compared', 'damaged'];

/**
 * @param {import('./stage.mjs').Stage} stage with its viewers
 * @param {number} seconds
 * @param {number} warmUp s before, in which the server's code is compiled and the handshakes are forgotten
 * @returns {Promise<Traffic>}
 */
export async function measureTraffic(stage, seconds, warmUp) {
  await sleep(warmUp * 1000);
  const usage = await observe(stage, seconds);
  return summarize(usage, await drain(stage.audience));
}

/** What viewers have of the window, when no more comes. */
async function drain(audience) {
  let reports = [];
  for (let turn = 0, before = -1; turn < mostDrains; turn++) {
    await sleep(quietTime);
    reports = await Promise.all(audience.map((peers) => peers.call('report', {}, callTimeout)));
    const count = reports.flatMap(({ received }) => received).reduce((sum, one) => sum + one, 0);
    if (count === before) break;
    before = count;
  }
  return reports;
}

/**
 * Lets the window pass: what was used before and after it, and what the publishers sent in it. Each process of
 * publishers has its own window, of the same length; the first one's is the one in which time is taken.
 */
async function observe({ server, publishers, audience, audiencePids }, seconds) {
  const groups = {
    ...server.groups,
    publishers: publishers.map(({ pid }) => pid),
    viewers: audiencePids,
  };
  const [first] = publishers;
  const started = once(first, 'window-start');
  const ended = publishers.map((process) => once(process, 'window-end'));
  let early = true;
  first.once('window-start', () => {
    if (early) first.emit('failed', new Error('the window opened before the viewers knew of it'));
  });
  const windows = await Promise.all(
    publishers.map((process) => process.call('window', { seconds }, callTimeout)),
  );
  const announced = windows.flatMap((window, group) =>
    audience.map((peers) => peers.call('window', { ...window, group }, callTimeout)),
  );
  await Promise.all(announced);
  early = false;
  await within(started, callTimeout, 'the window opens');
  const before = snapshot(groups);
  const patience = seconds * 1000 + callTimeout;
  await within(ended[0], patience, 'the window closes');
  const after = snapshot(groups);
  const sources = (await within(Promise.all(ended), patience, 'all windows close')).map(([source]) => source);
  const source = {
    refused: sources.reduce((sum, { refused }) => sum + refused, 0),
    worstDelay: Math.max(...sources.map(({ worstDelay }) => worstDelay)),
  };
  return { before, after, sent: windows[0].to - windows[0].from, source };
}

function snapshot(groups) {
  const cpu = Object.entries(groups).map(([name, pids]) => [name, pids.map(cpuTime)]);
  return { at: performance.now(), cpu: Object.fromEntries(cpu), machine: machineTime() };
}

/** @returns {Traffic} */
function summarize({ before, after, sent, source }, reports) {
  const received = reports.flatMap((report) => report.received);
  const delivered = received.reduce((sum, count) => sum + count, 0);
  const elapsed = after.at - before.at;
  const spent = (name) => cpuSpent(before.cpu[name], after.cpu[name]);
  const [media, control] = [spent('media'), spent('control')];
  const load = (...names) => names.reduce((sum, name) => sum + spent(name).total, 0) / (elapsed * 1000);
  const machine = machineUse(before.machine, after.machine);
  const known = load('media', 'control', 'publishers', 'viewers') / availableParallelism();
  const checked = checks.map((name) => [name, reports.reduce((sum, report) => sum + report[name], 0)]);
  return {
    seconds: elapsed / 1000,
    sent,
    delivered,
    viewers: received.length,
    deliveredRatio: delivered / (sent * received.length),
    worstViewerRatio: Math.min(...received) / sent,
    cpu: {
      all: (media.total + control.total) / delivered,
      media: media.total / delivered,
      mediaUser: media.user / delivered,
      mediaSystem: media.system / delivered,
      control: control.total / delivered,
    },
    checks: Object.fromEntries(checked),
    load: { server: load('media', 'control'), publisher: load('publishers'), viewers: load('viewers') },
    machine: { ...machine, others: Math.max(0, machine.busy - machine.stolen - known) },
    publisher: source,
  };
}
