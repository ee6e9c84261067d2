import { expect, test } from 'vitest';
import { createLogger } from '../../../../src/kit/index.js';
import { createRecording } from '../../../../src/plugins/recording/index.js';
import { configOf } from '../../../support/extensions.js';
import { FakeRecorder } from '../../../support/recording/fake-recorder.js';
import { Client } from '../../signaling/support.js';
import { publishRequest } from '../../streams/support.js';
import { temporaryFolder } from '../recording/support.js';
import { policy, startWithBackend } from './support.js';

test('a backend has a stream recorded under the name that it gave, and hears of its file before the client has gone', async () => {
  const egress = new FakeRecorder();
  egress.slow = true;
  const { backend, url, plane } = await startWithBackend({}, {}, (streams) => {
    const config = configOf({ 'recording.folder': temporaryFolder() });
    const log = createLogger({ level: 'silent' });
    createRecording({ config, streams, egress, log, wallClock: () => 1000 });
  });
  const overwrite = { restPolicy: 'OVERWRITE', restOverwrite: 'name, record' };
  backend.answer('connect', policy('publishStream', overwrite));
  backend.answer('publishStream', { body: { name: 'renamed', record: true } });
  const client = await Client.connect(url);
  client.send('publishStream', publishRequest({ record: false }));
  await client.next('setRemoteSDP');
  plane.last().listener.onStarted();
  const running = await backend.called('StreamStatusEvent', { status: 'PUBLISHING' });
  expect(running.body).toMatchObject({ name: 'renamed', record: true });
  await expect.poll(() => egress.outputs).toHaveLength(1);
  expect(egress.outputs[0]?.request.stream).toMatchObject({ streamName: 'renamed' });
  client.socket.close();
  await expect.poll(() => egress.outputs[0]?.closed).toBe(1);
  egress.outputs[0]?.finishFile('cam.mp4');
  egress.outputs[0]?.vanish();
  await backend.called('ConnectionStatusEvent', { status: 'DISCONNECTED' });
  const last = await backend.called('StreamStatusEvent', { status: 'FAILED' });
  expect(last.body).toMatchObject({
    name: 'renamed',
    record: true,
    recordName: 'cam.mp4',
  });
  expect(backend.methods.slice(-2)).toEqual(['StreamStatusEvent', 'ConnectionStatusEvent']);
});
