import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createLogger } from '../../../../src/kit/index.js';
import { createRecording } from '../../../../src/plugins/recording/index.js';
import { type Publication, Session } from '../../../../src/streams/index.js';
import { configOf } from '../../../support/extensions.js';
import { type FakeOutput, FakeRecorder } from '../../../support/recording/fake-recorder.js';
import { makeService, publishRequest } from '../../streams/support.js';

/** A temporary folder of the test's own. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-recording-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Waits, turn by turn of the loop, for what needs no time but some turns. */
export async function until<T>(look: () => T | undefined | null | false): Promise<T> {
  for (let turn = 0; turn < 100_000; turn++) {
    const found = look();
    if (found) return found;
    await new Promise((resolve) => setImmediate(resolve));
  }
  throw new Error('it does not come');
}

/** The plugin over a fake plane and a fake egress process. */
export function startRecording(settings: Readonly<Record<string, unknown>> = {}) {
  const config = configOf({ 'recording.folder': temporaryFolder(), ...settings });
  const { service, plane } = makeService({ maxMediaSessionsPerSession: 100 });
  const egress = new FakeRecorder();
  const entries: Record<string, unknown>[] = [];
  const log = createLogger({
    level: 'info',
    output: { write: (line: string) => void entries.push(JSON.parse(line)) },
  });
  const plugin = createRecording({ config, streams: service, egress, log, wallClock: () => 5000 });
  onTestFinished(() => plugin.close());
  const session = new Session('a+b/c', 'token', { appKey: '', custom: null, remoteAddress: '' });
  return {
    ...{ config, service, plane, egress, plugin, session },
    /** What the log has with this message. */
    logged: (message: string) => entries.filter(({ msg }) => msg === message),
    /** Publishes a stream; its media has begun. */
    publish: async (id: string, record = true): Promise<Publication> => {
      await service.publish(session, publishRequest({ mediaSessionId: id, name: `name-${id}`, record }));
      plane.last().listener.onStarted();
      return session.mediaSessions.get(id) as Publication;
    },
    /** The n-th recording that the egress process was asked for. */
    output: (index: number): Promise<FakeOutput> => until(() => egress.outputs[index]),
  };
}
