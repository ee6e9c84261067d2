import { describe, expect, it } from 'vitest';
import { playRequest, publishRequest } from '../streams/support.js';
import { Client, startSignaling } from './support.js';

const rate = (videoRate: number) => ({ videoRate, fps: 30, nack: 0, pli: 0, lostPackets: 0 });

async function statusOf(client: Client) {
  return (await client.next('notifyStreamStatusEvent')).data[0] as { status: string; bitrate: number };
}

describe('bitrate of a stream’s status', () => {
  it('is what the last second brought, 0 before the first, when none was asked for', async () => {
    const { url, plane } = await startSignaling();
    const client = await Client.connect(url);
    client.send('publishStream', publishRequest({ bitrate: 0 }));
    await client.next('setRemoteSDP');
    const source = plane.last();
    source.listener.onStarted();
    expect(await statusOf(client)).toMatchObject({ status: 'PUBLISHING', bitrate: 0 });
    client.send('playStream', playRequest({ bitrate: 0 }));
    await client.next('setRemoteSDP');
    const view = plane.last();
    view.listener.onStarted();
    expect(await statusOf(client)).toMatchObject({ status: 'PLAYING', bitrate: 0 });
    for (const videoRate of [100_000, 700_499]) source.listener.onRate(rate(videoRate));
    view.listener.onRate(rate(650_500));
    client.send('stopStream', { mediaSessionId: 'play-1' });
    expect(await statusOf(client)).toMatchObject({ status: 'STOPPED', bitrate: 651 });
    client.send('unPublishStream', { mediaSessionId: 'pub-1' });
    expect(await statusOf(client)).toMatchObject({ status: 'UNPUBLISHED', bitrate: 700 });
  });

  it('is the one asked for, whatever is measured', async () => {
    const { url, plane } = await startSignaling();
    const client = await Client.connect(url);
    client.send('publishStream', publishRequest({ bitrate: 500, minBitrate: 100, maxBitrate: 900 }));
    await client.next('setRemoteSDP');
    plane.last().listener.onStarted();
    plane.last().listener.onRate(rate(123_000));
    client.send('unPublishStream', { mediaSessionId: 'pub-1' });
    const asked = { bitrate: 500, minBitrate: 100, maxBitrate: 900 };
    expect(await statusOf(client)).toMatchObject({ status: 'PUBLISHING', ...asked });
    expect(await statusOf(client)).toMatchObject({ status: 'UNPUBLISHED', ...asked });
  });
});

describe('a player whose bandwidth is not enough', () => {
  it('is told what its stream needs and what it has, as the SDK reads it', async () => {
    const { url, plane } = await startSignaling();
    const client = await Client.connect(url);
    client.send('publishStream', publishRequest());
    await client.next('setRemoteSDP');
    plane.last().listener.onStarted();
    client.send('playStream', playRequest());
    await client.next('setRemoteSDP');
    plane.last().listener.onStarted();
    const outgoing = { bitrate: 900_000, estimate: 400_000, lossRate: 0 };
    for (let second = 0; second < 10; second += 1) plane.last().listener.onRate({ ...rate(0), outgoing });
    expect((await client.next('notifyStreamEvent')).data).toEqual([
      { mediaSessionId: 'play-1', type: 'notEnoughBandwidth', payload: { info: '900000/400000' } },
    ]);
  });
});
