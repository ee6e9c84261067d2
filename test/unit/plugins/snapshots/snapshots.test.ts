import { describe, expect, it } from 'vitest';
import type { Egress, OutputListener } from '../../../../src/egress/index.js';
import { createSnapshots } from '../../../../src/plugins/snapshots/index.js';
import type { Gate } from '../../../../src/streams/index.js';
import { configOf } from '../../../support/extensions.js';
import { makeService, makeSession, publishRequest } from '../../streams/support.js';

/** Snapshots over an egress process that the test plays, of a stream that is published. */
async function bench(refusal: string | null = null) {
  const listeners: OutputListener[] = [];
  const requests: unknown[] = [];
  const state = { closed: 0 };
  const egress = {
    ffmpeg: async () => ({}),
    open: async (_: unknown, request: unknown, listener: OutputListener) => {
      listeners.push(listener);
      requests.push(request);
      const close = () => {
        state.closed += 1;
      };
      return { close };
    },
  } as unknown as Egress;
  const gate: Gate = { check: async (_, { kind }) => (kind === 'query' ? refusal : null) };
  const { service, plane } = makeService({ gate });
  await service.publish(makeSession(), publishRequest());
  plane.last().listener.onStarted();
  const snapshots = createSnapshots(configOf({ 'transcoding.snapshotTimeout': 100 }), service, egress);
  const sent: { type: string; payload: object }[] = [];
  const client = { session: makeSession(), send: (text: string) => sent.push(JSON.parse(text).data[0]) };
  const ask = (name = 'cam') => snapshots.handlers.snapshot?.({ mediaSessionId: 'shot', name }, client);
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  return { snapshots, listeners, requests, state, sent, ask, settle };
}

describe('the message snapshot', () => {
  it('is answered with the picture', async () => {
    const { listeners, state, sent, ask, settle } = await bench();
    const asking = ask();
    await settle();
    listeners[0]!.onEvent({ type: 'snapshot', picture: Uint8Array.of(1, 2, 3) });
    await asking;
    expect(sent).toMatchObject([{ type: 'snapshotCompleted', payload: { snapshot: 'AQID' } }]);
    expect(state.closed).toBe(1);
  });

  it('is answered with the reason why there is none', async () => {
    const { listeners, sent, ask, settle } = await bench();
    await ask('nobody');
    const failing = ask();
    await settle();
    listeners[0]!.onEvent({ type: 'failed', reason: 'The stream has no video' });
    await failing;
    const ending = ask();
    await settle();
    listeners[1]!.onClosed();
    await ending;
    // No key frame comes.
    await ask();
    expect(sent.map(({ payload }) => payload)).toEqual([
      { info: 'Session does not exist' },
      { info: 'The stream has no video' },
      { info: 'The stream has ended' },
      { info: 'The stream sends no picture' },
    ]);
  });

  it('asks whether the client may play', async () => {
    const { listeners, sent, ask } = await bench('Restricted access');
    await ask();
    expect(sent).toMatchObject([{ type: 'snapshotFailed', payload: { info: 'Restricted access' } }]);
    expect(listeners).toEqual([]);
  });

  it('may come ten times in ten seconds', async () => {
    const { sent, ask } = await bench();
    for (let time = 0; time < 12; time += 1) await ask('nobody');
    const refused = sent.filter(({ payload }) => 'info' in payload && payload.info === 'Too many snapshots');
    expect([sent.length, refused.length]).toEqual([12, 2]);
  });
});

it('a snapshot is there for the rest of the server, too', async () => {
  const { snapshots, listeners, settle } = await bench();
  const taking = snapshots.snapshot('cam');
  await settle();
  listeners[0]!.onEvent({ type: 'snapshot', picture: Uint8Array.of(9) });
  expect([...(await taking)]).toEqual([9]);
  await expect(snapshots.snapshot('nobody')).rejects.toThrow('Stream not found');
});

it('a small picture is made once for all who ask within ten seconds', async () => {
  const { snapshots, listeners, requests, settle } = await bench();
  const taking = [snapshots.thumbnail('cam'), snapshots.thumbnail('cam')];
  await settle();
  expect(requests).toEqual([{ kind: 'snapshot', size: 'thumbnail' }]);
  listeners[0]!.onEvent({ type: 'snapshot', picture: Uint8Array.of(7) });
  expect((await Promise.all(taking)).map((one) => [...one])).toEqual([[7], [7]]);
  expect([...(await snapshots.thumbnail('cam'))]).toEqual([7]);
  await expect(snapshots.thumbnail('nobody')).rejects.toThrow('Stream not found');
  expect(listeners).toHaveLength(1);
});
