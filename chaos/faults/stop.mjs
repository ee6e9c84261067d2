// Processes that stand still, and clocks that jump.
import { setTimeout as sleep } from 'node:timers/promises';
import { metric } from '../lib/census.mjs';

const standstill = 10_000;
const hour = 3_600_000;

async function stopped(pids) {
  for (const pid of pids) process.kill(pid, 'SIGSTOP');
  await sleep(standstill);
  for (const pid of pids) process.kill(pid, 'SIGCONT');
}

const finished = ({ msg }) => msg === 'recording finished';

/** @type {import('../lib/run.mjs').Fault[]} */
export const standstills = [
  {
    name: 'SIGSTOP 10 s control: recording',
    async run(scene, check) {
      await scene.join({ record: true, transcode: true, bystanders: true });
      await stopped(scene.server.pids('control'));
      scene.over();
      await check.unharmed([...scene.cast, ...scene.bystanders]);
    },
  },
  {
    name: 'SIGSTOP 10 s media: joining',
    async run(scene, check) {
      await scene.join({ record: true, bystanders: true });
      const [publisher] = scene.cast;
      const pid = scene.mediaOf(publisher);
      const standing = stopped([pid]);
      const refused = await scene.ask(scene.crowd, publisher.stream);
      await standing;
      scene.over();
      await check.failed([refused], ['Failed to add stream to proxy']);
      await check.unharmed([...scene.cast, ...scene.bystanders]);
    },
  },
  {
    name: 'SIGSTOP 10 s egress: recording',
    async run(scene, check) {
      await scene.join({ record: true, transcode: true, bystanders: true });
      const { crowd, server } = scene;
      const [publisher] = scene.cast;
      const standing = stopped(server.pids('egress'));
      await crowd.snapshot(publisher.client, publisher.stream);
      const told = await crowd.wait((event) => event.snapshot !== undefined, 20_000);
      check.that(told?.snapshot === 'snapshotFailed', `snapshot: ${told?.snapshot ?? 'no answer'}`);
      await standing;
      scene.over();
      await check.unharmed([...scene.cast, ...scene.bystanders]);
    },
  },
  {
    name: 'SIGSTOP 10 s ffmpeg: streaming',
    async run(scene, check) {
      await scene.join({ transcode: true, bystanders: true });
      await stopped(scene.server.pids('ffmpeg'));
      scene.over();
      await check.unharmed([...scene.cast, ...scene.bystanders]);
    },
  },
  {
    name: 'SIGSTOP 12 s clients: streaming',
    flags: { 'media-ice-keep-alive': '4000' },
    async run(scene, check) {
      await scene.join({ record: true });
      const watcher = await scene.play(scene.others, scene.cast[0].stream);
      process.kill(scene.crowd.pid, 'SIGSTOP');
      await check.failed([watcher], ['Stopped by publisher stop'], 15_000);
      process.kill(scene.crowd.pid, 'SIGCONT');
      scene.over();
      await check.failed(scene.cast, ['Failed by ICE keep alive', 'Stopped by publisher stop']);
      await scene.others.leave(watcher.client);
    },
  },
  ...[1, -1].map((sign) => ({
    name: `clock ${sign > 0 ? 'an hour ahead' : 'an hour back'}: recording`,
    async run(scene, check) {
      const { server } = scene;
      const shift = (offset) =>
        Promise.all(
          server
            .processes()
            .filter(({ role }) => role !== 'ffmpeg')
            .map(({ pid }) => server.ask(pid, 'clock', { offset })),
        );
      await scene.join({ record: true, transcode: true, bystanders: true });
      const { length } = server.entries;
      const before = metric(await server.metrics(), 'sluice_join_seconds_sum');
      const began = performance.now();
      const joining = await scene.ask(scene.crowd, scene.cast[0].stream);
      await shift(sign * hour);
      scene.over();
      scene.cast.push(joining);
      await check.unharmed([...scene.cast, ...scene.bystanders]);
      await sleep(3000);
      await check.unharmed([...scene.cast, ...scene.bystanders]);
      const joins = metric(await server.metrics(), 'sluice_join_seconds_sum') - before;
      check.that(joins < 60, `joining took ${joins.toFixed(0)} s by the metrics`);
      const [publisher] = scene.cast;
      await scene.crowd.stop(publisher.client, publisher.id, publisher.stream);
      const entry = await server.logs(finished, 10_000, 'recording finished', length).catch(() => null);
      const seconds = (performance.now() - began) / 1000;
      const recorded = (entry?.duration ?? Number.NaN) / 1000;
      check.that(
        recorded > 1 && recorded < seconds + 10,
        `recorded ${recorded} s in ${seconds.toFixed(0)} s`,
      );
      await shift(0);
    },
  })),
];
