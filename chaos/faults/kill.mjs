// kill -9 of each process in each phase, and its channel cut.
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../lib/check.mjs';
import { Server } from '../lib/server.mjs';

const died = 'Failed by error';
const publisherGone = 'Stopped by publisher stop';
const kill = (pid) => process.kill(pid, 'SIGKILL');
const whole = ({ msg }) => msg === 'a recording that was left unfinished has been made whole';

/** A server of its own, killed or stopped while it starts or stops. @param {import('../lib/scene.mjs').Scene} scene */
const another = (scene) => Server.launch({ flags: scene.flags });

/** @type {import('../lib/run.mjs').Fault[]} */
export const kills = [
  {
    name: 'kill -9 control: starting',
    async run(scene, check) {
      const server = await another(scene);
      const media = await until(() => server.pids('media'), 30_000);
      const all = server.processes().map(({ pid }) => pid);
      check.that(media.length > 0, 'no media process was started');
      kill(server.controlPid);
      await check.gone(all);
      const next = await Server.start({ flags: scene.flags, home: server.home });
      const exit = await next.stop();
      check.that(exit?.code === 0, 'the next server did not stop with 0');
      server.remove();
    },
  },
  ...['joining', 'streaming', 'recording'].map((phase) => ({
    name: `kill -9 control: ${phase}`,
    restarts: true,
    async run(scene, check) {
      const recorded = phase === 'recording';
      await scene.join({ record: recorded, transcode: phase === 'streaming' });
      if (phase === 'joining')
        await Promise.all([1, 2, 3].map(() => scene.ask(scene.crowd, scene.cast[0].stream)));
      if (recorded) await sleep(2500);
      const all = scene.server.processes().map(({ pid }) => pid);
      kill(scene.server.controlPid);
      for (const { client } of scene.cast) {
        const closed = await scene.crowd.wait(
          (event) => event.client === client && event.closed !== undefined,
          10_000,
        );
        check.that(closed?.closed === 1006, 'a client was not cut off');
      }
      await check.gone(all);
      await scene.restart();
      scene.over();
      if (recorded)
        check.that(
          await scene.server.logs(whole, 20_000, 'made whole').catch(() => null),
          'the recording was not made whole',
        );
    },
  })),
  ...['control', 'media', 'egress'].map((role) => ({
    name: `kill -9 ${role}: stopping`,
    restarts: true,
    async run(scene, check) {
      await scene.join({ record: true });
      await sleep(1000);
      const { server } = scene;
      const all = server.processes();
      server.signal('SIGTERM');
      for (const one of all) if (one.role === role) kill(one.pid);
      const exit = await until(() => !server.alive, 10_000);
      check.that(exit, 'the server did not end');
      const { code } = await server.exited;
      if (role !== 'control') check.that(code === 0, `the server ended with ${code}`);
      await check.gone(all.map(({ pid }) => pid));
      await scene.restart();
    },
  })),
  {
    name: 'kill -9 media: starting',
    async run(scene, check) {
      const server = await another(scene);
      const media = await until(() => server.pids('media'), 30_000);
      kill(media[0]);
      const ended = await until(
        () => !server.alive || server.entries.some(({ msg }) => msg === 'ready'),
        30_000,
      );
      check.that(ended, 'the server neither ended nor served');
      if (!server.alive) {
        const { code } = await server.exited;
        check.that(code === 1, `the server ended with ${code}`);
        check.that(
          server.entries.some(({ msg }) => /^sluice: /.test(msg)),
          'the server did not say why it ended',
        );
      }
      await server.stop();
      await check.gone(media);
      server.remove();
    },
  },
  {
    name: 'kill -9 media: starting again',
    async run(scene, check) {
      await scene.join({ bystanders: true });
      const known = scene.server.pids('media');
      const pid = scene.mediaOf(scene.cast[0]);
      kill(pid);
      const next = await until(
        () => scene.server.pids('media').filter((one) => !known.includes(one)),
        10_000,
        2,
      );
      check.that(next.length > 0, 'no other process was started');
      for (const one of next) kill(one);
      scene.over();
      await check.failed(scene.cast, [died, publisherGone]);
      await replaced(scene, check, known.length);
    },
  },
  {
    name: 'kill -9 media: joining',
    async run(scene, check) {
      await scene.join();
      const { stream } = scene.cast[0];
      const joining = await Promise.all([1, 2, 3, 4].map(() => scene.ask(scene.crowd, stream)));
      for (const pid of scene.server.pids('media')) kill(pid);
      scene.over();
      scene.cast.push(...joining);
      await check.failed(scene.cast, [
        died,
        publisherGone,
        'Failed to add stream to proxy',
        'Publish stream is not ready',
      ]);
      await replaced(scene, check);
    },
  },
  ...['streaming', 'recording'].map((phase) => ({
    name: `kill -9 media: ${phase}`,
    async run(scene, check) {
      await scene.join({ record: phase === 'recording', bystanders: true });
      if (phase === 'recording') await sleep(2500);
      const pid = scene.mediaOf(scene.cast[0]);
      check.that(pid !== scene.mediaOf(scene.bystanders[0]), 'the bystander was in the same process');
      kill(pid);
      scene.over();
      await check.failed(scene.cast, [died, publisherGone]);
      await check.unharmed(scene.bystanders);
      const { recordName } = scene.crowd.ended(scene.cast[0].id) ?? {};
      if (phase === 'recording') check.that(recordName, 'the last status has no recordName');
      await replaced(scene, check);
    },
  })),
  {
    name: 'kill -9 media: all of them',
    async run(scene, check) {
      await scene.join({ bystanders: true });
      for (const pid of scene.server.pids('media')) kill(pid);
      scene.over();
      await check.failed([...scene.cast, ...scene.bystanders], [died, publisherGone]);
      await replaced(scene, check);
    },
  },
  {
    name: 'kill -9 egress: starting',
    fresh: true,
    async run(scene, check) {
      await scene.join({ bystanders: true });
      for (const pid of scene.server.pids('egress')) kill(pid);
      await until(() => scene.server.pids('egress').length === 0, 5000);
      const joining = scene.publish(scene.crowd, 'recorded', { record: true });
      const [pid] = await until(() => scene.server.pids('egress'), 20_000, 2);
      if (pid) kill(pid);
      scene.over();
      scene.cast.push(await joining);
      await check.unharmed([...scene.cast, ...scene.bystanders]);
    },
  },
  {
    name: 'kill -9 egress: joining',
    async run(scene, check) {
      await scene.join({ bystanders: true });
      const joining = await scene.ask(scene.crowd, scene.cast[0].stream, { width: 160, height: 90 });
      await until(() => scene.server.pids('ffmpeg'), 10_000, 2);
      for (const pid of scene.server.pids('egress')) kill(pid);
      scene.over();
      await check.failed([joining], [died, 'No available transcoders', 'Failed to add stream to proxy']);
      await check.unharmed([...scene.cast, ...scene.bystanders]);
    },
  },
  {
    name: 'kill -9 egress: recording',
    async run(scene, check) {
      await scene.join({ record: true, transcode: true, bystanders: true });
      await sleep(2500);
      const { length } = scene.server.entries;
      const transcoded = scene.cast.pop();
      for (const pid of scene.server.pids('egress')) kill(pid);
      scene.over();
      await check.failed([transcoded], [died]);
      await check.unharmed([...scene.cast, ...scene.bystanders]);
      check.that(
        await scene.server.logs(whole, 20_000, 'made whole', length).catch(() => null),
        'the recording was not made whole',
      );
    },
  },
  ...['starting', 'streaming', 'stopping'].map((phase) => ({
    name: `kill -9 ffmpeg: ${phase}`,
    async run(scene, check) {
      await scene.join({ transcode: phase !== 'starting', bystanders: true });
      const [publisher] = scene.cast;
      if (phase === 'starting') {
        const joining = scene.play(scene.crowd, publisher.stream, { width: 160, height: 90 });
        const [pid] = await until(() => scene.server.pids('ffmpeg'), 20_000, 2);
        if (pid) kill(pid);
        scene.cast.push(await joining);
      } else {
        const player = scene.cast.at(-1);
        if (phase === 'stopping') {
          await scene.crowd.stop(player.client, player.id, player.stream);
          scene.cast.pop();
        }
        for (const pid of scene.server.pids('ffmpeg')) kill(pid);
      }
      scene.over();
      await check.unharmed([...scene.cast, ...scene.bystanders]);
    },
  })),
  ...['media', 'egress'].map((role) => ({
    name: `channel cut: ${role}`,
    async run(scene, check) {
      await scene.join({ record: true, transcode: true, bystanders: true });
      await sleep(1500);
      const [pid] = role === 'media' ? [scene.mediaOf(scene.cast[0])] : scene.server.pids('egress');
      await scene.server.ask(pid, 'cut').catch(() => {});
      scene.over();
      if (role === 'media') await check.failed(scene.cast, [died, publisherGone]);
      else {
        await check.failed([scene.cast.pop()], [died]);
        await check.unharmed(scene.cast);
      }
      await check.unharmed(scene.bystanders);
      await check.gone([pid]);
      if (role === 'media') await replaced(scene, check);
    },
  })),
];

/** Waits until there are as many media processes as before. */
async function replaced(scene, check, count = scene.baseline.roles.media.processes) {
  const there = await until(() => scene.server.pids('media').length >= count, 20_000);
  check.that(there, 'the media process was not replaced');
}
