import { expect, test } from 'vitest';
import { sessionDetail } from '../../../../src/plugins/live/session-detail.js';
import type { ConnectedClient } from '../../../../src/signaling/index.js';
import type { MediaAddress, MediaEndpoint, MediaPath } from '../../../../src/streams/index.js';
import { Figures, figures, startedAt } from './support.js';

const srtpProfile = 'SRTP_AEAD_AES_128_GCM';
const udp = (address: string, port = 31000): MediaAddress => ({ protocol: 'udp', address, port });

function detailWith(path: MediaPath | null, addresses: readonly MediaAddress[] | null) {
  const sources = new Figures();
  const publication = sources.publish('a');
  const endpoint: MediaEndpoint | null = addresses && { addresses, credentials: [], close: () => {} };
  if (endpoint) publication.attach(endpoint);
  publication.path = path;
  return sessionDetail(publication, null, sources);
}

test('everything that is known, and null for the rest', () => {
  const sources = new Figures();
  const playback = sources.play('a');
  playback.videoCodec = 'H264';
  playback.resize(640, 360);
  const client = {
    ...{ clientVersion: '2.0', clientOSVersion: 'Linux', clientBrowserVersion: 'x'.repeat(300) },
  } as ConnectedClient;
  const detail = sessionDetail(
    playback,
    figures({ bitrate: 5, estimate: 6, loss: 0.123456, roundTrip: 7, nack: 8, pli: 9 }),
    { client: () => client, processOf: () => 'media 3' },
  );
  expect(detail).toEqual({
    ...{ mediaSessionId: 'play-1', sessionId: playback.session.id, kind: 'play', status: 'PLAYING' },
    mediaProvider: 'WebRTC',
    client: { address: '127.0.0.1', browser: 'x'.repeat(256), os: 'Linux', version: '2.0' },
    startedAt,
    ...{ videoCodec: 'H264', audioCodec: null, width: 640, height: 360 },
    ...{ bitrate: 5, estimate: 6, loss: 0.1235, rtt: 7, nack: 8, pli: 9, fps: 30 },
    ...{ candidatePair: null, srtpProfile: null, mediaProcess: 'media 3' },
  });
  expect(sessionDetail(playback, null, sources)).toMatchObject({
    client: { address: '127.0.0.1', browser: '', os: '', version: '' },
    ...{ bitrate: null, loss: null, rtt: null },
  });
});

const path: MediaPath = { protocol: 'udp', address: '203.0.113.9', port: 5004, srtpProfile };

test('our address where there is only one that it can be', () => {
  const tcp = { ...udp('192.0.2.1'), protocol: 'tcp' } as const;
  expect(detailWith(path, [udp('192.0.2.1'), tcp, udp('2001:db8::1')])).toMatchObject({
    srtpProfile,
    candidatePair: { protocol: 'udp', local: '192.0.2.1:31000', remote: '203.0.113.9:5004' },
  });
  const six = { ...path, address: '2001:db8::9' };
  expect(detailWith(six, [udp('192.0.2.1'), udp('2001:db8::1')]).candidatePair).toMatchObject({
    ...{ local: '[2001:db8::1]:31000', remote: '[2001:db8::9]:5004' },
  });
  expect(detailWith(path, [udp('192.0.2.1'), udp('10.0.0.1')]).candidatePair?.local).toBe('*:31000');
  expect(detailWith(path, []).candidatePair?.local).toBe('*:0');
  expect(detailWith(path, null).candidatePair?.local).toBe('*:0');
  expect(detailWith(null, [udp('192.0.2.1')])).toMatchObject({ candidatePair: null, srtpProfile: null });
});
