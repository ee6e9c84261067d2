// What forwarding costs and whether the packets arrive: one window of time while a publisher sends to all viewers.
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { cpuSpent, cpuTime, machineTime, machineUse } from './accounting.mjs';
import { within } from './children.mjs';

/**
 * @typedef {object} Traffic
 * @property {number} seconds the window took
 * @property {number} sent packets of the publisher in the window
 * @property {number} delivered packets of the window that viewers got, duplicates not counted
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
/** Lets the server's code be compiled and the handshakes be forgotten, ms. */
const warmUp = 5000;
/** Lets the window's last packets arrive, ms. */
const drainTime = 500;
const checks = ['duplicates', 'reordered', 'misnumbered', 'compared', 'damaged'];

/**
 * @param {import('./stage.mjs').Stage} stage with its viewers
 * @param {number} seconds
 * @returns {Promise<Traffic>}
 */
export async function measureTraffic(stage, seconds) {
  await sleep(warmUp);
  const usage = await observe(stage, seconds);
  await sleep(drainTime);
  const reports = await Promise.all(stage.audience.map((peers) => peers.call('report', {}, callTimeout)));
  return summarize(usage, reports);
}

/** Lets the window pass: what was used before and after it, and what the publisher sent in it. */
async function observe({ server, publisher, audience }, seconds) {
  const groups = {
    control: [server.controlPid],
    media: server.mediaPids,
    publisher: [publisher.pid],
    viewers: audience.map(({ pid }) => pid),
  };
  const started = once(publisher, 'window-start');
  const ended = once(publisher, 'window-end');
  let early = true;
  publisher.once('window-start', () => {
    if (early) publisher.emit('failed', new Error('the window opened before the viewers knew of it'));
  });
  const window = await publisher.call('window', { seconds }, callTimeout);
  await Promise.all(audience.map((peers) => peers.call('window', window, callTimeout)));
  early = false;
  await within(started, callTimeout, 'the window opens');
  const before = snapshot(groups);
  const [source] = await within(ended, seconds * 1000 + callTimeout, 'the window closes');
  return { before, after: snapshot(groups), sent: window.to - window.from, source };
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
  const known = load('media', 'control', 'publisher', 'viewers') / availableParallelism();
  const checked = checks.map((name) => [name, reports.reduce((sum, report) => sum + report[name], 0)]);
  return {
    seconds: elapsed / 1000,
    sent,
    delivered,
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
    load: { server: load('media', 'control'), publisher: load('publisher'), viewers: load('viewers') },
    machine: { ...machine, others: Math.max(0, machine.busy - machine.stolen - known) },
    publisher: source,
  };
}
