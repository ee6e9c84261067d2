import { describe, expect, it } from 'vitest';
import { startRest, statusOf } from './support.js';

const ids = (streams: { mediaSessionId: string }[]) => streams.map(({ mediaSessionId }) => mediaSessionId);

describe('stream/find_all and stream/find', () => {
  it('know of nothing', async () => {
    const { call } = await startRest();
    for (const answer of [
      await call('stream/find_all'),
      await call('stream/find_all', {}),
      await call('stream/find', { name: 'cam' }),
    ]) {
      expect(answer.statusCode).toBe(404);
      expect(answer.json()).toMatchObject({ status: 404, detail: 'No such stream.' });
    }
  });

  it('show a stream as WCS does', async () => {
    const { call, publish, play, server } = await startRest();
    await publish();
    await play();
    const answer = await call('stream/find_all');
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
    const [published, played] = answer.json();
    const [publisher, player] = server.clients();
    expect(published).toEqual({
      appKey: 'defaultApp',
      sessionId: publisher?.session.id,
      mediaSessionId: 'pub-1',
      name: 'cam',
      published: true,
      hasVideo: true,
      hasAudio: true,
      status: 'PUBLISHING',
      videoCodec: 'H264',
      audioCodec: 'opus',
      record: false,
      width: 640,
      height: 360,
      bitrate: 1000,
      minBitrate: 0,
      maxBitrate: 0,
      quality: 0,
      fps: 25,
      history: false,
      createDate: published.createDate,
      mediaType: 'publish',
      mediaProvider: 'WebRTC',
      audioState: { muted: false },
      videoState: { muted: false },
      ...(published.cvoExtension === undefined ? {} : { cvoExtension: published.cvoExtension }),
    });
    expect(published.createDate).toBeTypeOf('number');
    expect(played).toMatchObject({
      sessionId: player?.session.id,
      mediaSessionId: 'play-1',
      published: false,
      status: 'PLAYING',
      mediaType: 'play',
    });
    expect(answer.body).not.toContain(publisher?.session.authToken);
  });

  it.each([
    [{}, ['pub-1', 'pub-2', 'play-1']],
    [{ mediaSessionId: null, name: null, published: null }, ['pub-1', 'pub-2', 'play-1']],
    [{ mediaSessionId: 'play-1' }, ['play-1']],
    [{ name: 'cam' }, ['pub-1', 'play-1']],
    [{ name: 'cam', published: true }, ['pub-1']],
    [{ published: 'false' }, ['play-1']],
    [{ status: 'publishing' }, ['pub-1', 'pub-2']],
    [{ appKey: 'defaultApp', published: true }, ['pub-1', 'pub-2']],
    [{ mediaSessionId: 'pub-1', name: 'other' }, null],
    [{ mediaSessionId: 'nobody' }, null],
    [{ name: 'CAM' }, null],
    [{ appKey: 'otherApp' }, null],
    [{ sessionId: 'nobody' }, null],
  ])('%j finds %j', async (filter, expected) => {
    const { call, publish, play } = await startRest();
    await publish('pub-1', 'cam');
    await publish('pub-2', 'other');
    await play('play-1', 'cam');
    const answer = await call('stream/find', filter);
    if (expected === null) expect(answer.statusCode).toBe(404);
    else expect(ids(answer.json())).toEqual(expected);
  });

  it('display the metrics of the last second', async () => {
    const { call, publish } = await startRest();
    await publish();
    const [stream] = (await call('stream/find', { name: 'cam', display: ['metrics'] })).json();
    expect(stream.metrics).toEqual({
      VIDEO_CODEC: expect.any(Number),
      AUDIO_CODEC: expect.any(Number),
      VIDEO_WIDTH: 640,
      VIDEO_HEIGHT: 360,
      VIDEO_RATE: 500_000,
      VIDEO_FPS: 25,
      VIDEO_NACK: 3,
      VIDEO_PLI: 2,
      VIDEO_LOST: 1,
    });
    const [without] = (await call('stream/find', { name: 'cam', display: ['other'] })).json();
    expect(without).not.toHaveProperty('metrics');
  });
});

describe('stream/terminate', () => {
  const failed = { status: 'FAILED', info: 'Stopped by rest /terminate' };

  it('ends a publisher, and its players with it', async () => {
    const { call, publish, play, lines } = await startRest();
    const publisher = await publish();
    const player = await play();
    const answer = await call('stream/terminate', { mediaSessionId: 'pub-1' });
    expect([answer.statusCode, answer.body]).toEqual([200, '']);
    expect(await statusOf(publisher, 'pub-1', 'FAILED')).toMatchObject(failed);
    expect(await statusOf(player, 'play-1', 'FAILED')).toMatchObject({ info: 'Stopped by publisher stop' });
    expect((await call('stream/find_all')).statusCode).toBe(404);
    expect(lines.at(-1)).toMatchObject({
      msg: 'administration',
      audit: {
        who: 'local',
        path: '/rest-api/stream/terminate',
        status: 200,
        mediaSessionId: 'pub-1',
        streamName: 'cam',
        count: 1,
      },
    });
  });

  it('ends a player, and nobody else', async () => {
    const { call, publish, play } = await startRest();
    await publish();
    const player = await play();
    expect((await call('stream/terminate', { mediaSessionId: 'play-1' })).statusCode).toBe(200);
    expect(await statusOf(player, 'play-1', 'FAILED')).toMatchObject(failed);
    expect(ids((await call('stream/find_all')).json())).toEqual(['pub-1']);
  });

  it('ends what a filter or a list names, everybody with the same reason', async () => {
    const { call, publish, play } = await startRest();
    await publish('pub-1', 'cam');
    const other = await publish('pub-2', 'other');
    const player = await play('play-1', 'cam');
    await call('stream/terminate', { name: 'cam' });
    expect(await statusOf(player, 'play-1', 'FAILED')).toMatchObject(failed);
    const listed = await call('stream/terminate', { mediaSessionIds: ['gone', 'pub-2', 'pub-2'] });
    expect(listed.statusCode).toBe(200);
    expect(await statusOf(other, 'pub-2', 'FAILED')).toMatchObject(failed);
  });

  it.each([
    [404, { mediaSessionId: 'nobody' }],
    [404, { name: 'nobody' }],
    [404, { mediaSessionIds: ['nobody'] }],
    [404, { mediaSessionIds: ['pub-1'], name: 'other' }],
    [400, {}],
    [400, { name: null, mediaSessionIds: [] }],
    [400, { name: '' }],
    [400, undefined],
  ])('is refused with %i: %j, and nothing ends', async (status, body) => {
    const { call, publish } = await startRest();
    await publish();
    expect((await call('stream/terminate', body)).statusCode).toBe(status);
    expect(ids((await call('stream/find_all')).json())).toEqual(['pub-1']);
  });
});

describe('stream/snapshot', () => {
  it('gives a picture as base64', async () => {
    const asked: string[] = [];
    const snapshot = async (name: string) => {
      asked.push(name);
      return Buffer.from([0x89, 0x50]);
    };
    const { call } = await startRest({ snapshot });
    const answer = await call('stream/snapshot', { streamName: 'cam' });
    expect([answer.statusCode, answer.json(), asked]).toEqual([200, { data: 'iVA=' }, ['cam']]);
  });

  it.each([
    ['Stream not found', 404],
    ['Transcoding required, but disabled', 501],
    ['No available transcoders', 503],
    ['ffmpeg died', 500],
    ['__proto__', 500],
  ])('that is refused with %s is a %i', async (reason, status) => {
    const { call } = await startRest({ snapshot: () => Promise.reject(new Error(reason)) });
    const answer = await call('stream/snapshot', { streamName: 'cam' });
    expect([answer.statusCode, answer.json().detail]).toEqual([status, reason]);
  });
});
