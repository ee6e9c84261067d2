import { expect, test } from 'vitest';
import type { RestNeeds } from '../../../../src/plugins/rest/index.js';
import { startRest } from './support.js';

type Control = RestNeeds['transcoders'];
type View = ReturnType<Control['list']>[number];

/** Transcoders that are only noted. */
function fake() {
  const running = new Map<string, View>();
  const state = { refuse: '' };
  const transcoders: Control = {
    start: async (order) => {
      if (state.refuse !== '') throw Object.assign(new Error('refused'), { code: state.refuse });
      const view: View = {
        ...order,
        codec: order.codec ?? 'H264',
        mediaSessionId: 'm',
        status: 'PUBLISHING',
        startedAt: 0,
      };
      running.set(order.uri, view);
      return view;
    },
    stop: (uri) => running.delete(uri),
    list: () => [...running.values()],
  };
  return { transcoders, running, state };
}

const uri = 'transcoder://t1';
const startup = { uri, remoteStreamName: 'cam', localStreamName: 'small' };

test('/rest-api/transcoder starts, finds and ends', async () => {
  const { transcoders, running } = fake();
  const { call } = await startRest({ transcoders });
  expect((await call('transcoder/find_all')).statusCode).toBe(404);
  const encoder = { width: 320, height: 180, keyFrameInterval: 60, fps: 30, bitrate: 300, codec: 'VP8' };
  const started = await call('transcoder/startup', { ...startup, encoder });
  expect([started.statusCode, started.body]).toEqual([200, '']);
  expect(running.get(uri)).toMatchObject({
    ...{ source: 'cam', name: 'small', codec: 'VP8', width: 320, height: 180 },
    ...{ bitrate: 300, fps: 30, keyFrameInterval: 2 },
  });
  const row = { uri, remoteStreamName: 'cam', localStreamName: 'small', status: 'PUBLISHING' };
  expect((await call('transcoder/find_all')).json()).toMatchObject([{ ...row, encoder: { width: 320 } }]);
  expect((await call('transcoder/find', { remoteStreamName: 'cam' })).json()).toMatchObject([row]);
  expect((await call('transcoder/find', { localStreamName: 'other' })).statusCode).toBe(404);
  expect((await call('transcoder/terminate', { uri })).statusCode).toBe(200);
  expect((await call('transcoder/terminate', { uri })).statusCode).toBe(404);
});

test('what cannot be is told, by both interfaces', async () => {
  const { transcoders, state } = fake();
  const { call, inject } = await startRest({ transcoders });
  const statuses = { 'not-found': 404, 'in-use': 409, off: 501, busy: 503, 'bad-order': 400, failed: 500 };
  const payload = { name: 'small', source: 'cam' };
  for (const [code, status] of Object.entries(statuses)) {
    state.refuse = code;
    expect((await call('transcoder/startup', startup)).statusCode).toBe(status);
    expect((await inject({ method: 'POST', url: '/api/v1/transcoders', payload })).statusCode).toBe(status);
  }
  state.refuse = '';
  for (const bad of [
    { ...startup, uri: 'mixer://t1' },
    { ...startup, localStreamName: '' },
    { ...startup, encoder: { width: 1.5 } },
    { ...startup, encoder: { width: 1e9 } },
    { ...startup, encoder: { codec: 'AV1' } },
    { ...startup, encoder: { fps: 0 } },
    { uri },
  ])
    expect((await call('transcoder/startup', bad)).statusCode, JSON.stringify(bad)).toBe(400);
  expect((await call('transcoder/startup', { ...startup, encoder: { watermark: 'a.png' } })).statusCode).toBe(
    501,
  );
  for (const bad of [
    { ...payload, width: -1 },
    { name: 'small' },
    { ...payload, codec: 'VP9' },
    { ...payload, more: 1 },
  ])
    expect((await inject({ method: 'POST', url: '/api/v1/transcoders', payload: bad })).statusCode).toBe(400);
  expect(transcoders.list()).toEqual([]);
});

test('/api/v1/transcoders has them by the names of what they make', async () => {
  const { transcoders } = fake();
  const { inject } = await startRest({ transcoders });
  const url = '/api/v1/transcoders';
  const made = await inject({ method: 'POST', url, payload: { name: 'small', source: 'cam', width: 320 } });
  expect([made.statusCode, made.json()]).toEqual([
    201,
    expect.objectContaining({
      uri: 'transcoder://small',
      width: 320,
      fps: 0,
      codec: 'H264',
      startedAt: '1970-01-01T00:00:00.000Z',
    }),
  ]);
  expect((await inject({ url })).json()).toMatchObject({
    total: 1,
    items: [{ name: 'small', source: 'cam' }],
  });
  expect((await inject({ url: `${url}/small` })).json()).toEqual(made.json());
  expect((await inject({ url: `${url}/other` })).statusCode).toBe(404);
  expect((await inject({ method: 'DELETE', url: `${url}/small` })).statusCode).toBe(204);
  expect((await inject({ method: 'DELETE', url: `${url}/small` })).statusCode).toBe(404);
});
