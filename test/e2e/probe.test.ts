import { afterAll, beforeAll, expect, it } from 'vitest';
import { Cleanup } from '../support/cleanup.js';
import { Peer } from '../support/peer.js';
import { runServer, Server } from '../support/server.js';

const cleanup = new Cleanup();
let server: Server;

beforeAll(async () => {
  server = await Server.start();
  cleanup.defer(() => server.stop());
});

afterAll(() => cleanup.run());

it('tells that a stream could be played, over wss as well', async () => {
  const publisher = await Peer.connect(server.wsUrl);
  cleanup.defer(() => publisher.close());
  const up = await publisher.publish('probed', { audio: [['opus', 111]], video: [['VP8', 96]] });
  await publisher.status(up, ['PUBLISHING']);
  for (const url of [server.wsUrl, server.ready.wssUrl!]) {
    const { code, program } = await runServer(['probe', 'probed', '--quick', '--url', url, '--insecure']);
    expect(code, program.text()).toBe(0);
    const report = program.text('stdout');
    expect(report).toMatch(/^connected {4}wss?:\/\/127\.0\.0\.1:\d+ in [\d.]+ ms\ncodecs {7}opus, VP8/);
    const [port] = server.ready.mediaPorts;
    for (const protocol of ['UDP', 'TCP']) {
      expect(report).toContain(`media        ${protocol} 127.0.0.1 port ${port} answers in `);
    }
  }
});

it('tells why a stream cannot be played', async () => {
  const missing = await runServer(['probe', 'nobody', '--url', server.wsUrl]);
  expect(missing.code).toBe(1);
  expect(missing.program.text('stdout')).toContain(
    'failed       the server refuses the stream: Session does not exist',
  );
  const untrusted = await runServer(['probe', 'nobody', '--url', server.ready.wssUrl!]);
  expect(untrusted.code).toBe(1);
  expect(untrusted.program.text('stdout')).toMatch(/^failed {7}self-signed certificate/);
  const nobody = await runServer(['probe', 'nobody', '--url', 'ws://127.0.0.1:9']);
  expect(nobody.code).toBe(1);
  expect(nobody.program.text('stdout')).toContain('ECONNREFUSED');
});
