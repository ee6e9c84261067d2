import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import WebSocket from 'ws';
import { Peer } from '../support/peer.js';
import { probe } from '../support/recording/probe.js';
import { fetchRecord, logLine } from '../support/recording/records.js';
import { Server } from '../support/server.js';
import { showServerOnFailure } from '../support/stage.js';
import { WcsClient } from '../support/wcs-client.js';
import { mseRecords, WsMediaPlayer } from '../support/ws-media-player.js';

const folder = mkdtempSync(join(tmpdir(), 'without-ffmpeg-'));
const pictures = { video: [['H264', 96]] } as const;
const refused = 'Transcoding required, but disabled';
let server: Server | undefined;
let publisher: Peer;

beforeAll(async () => {
  server = await Server.start({ flags: ['--transcoding-ffmpeg', join(folder, 'ffmpeg')] });
  publisher = await Peer.connect(server.wsUrl);
  await publisher.status(await publisher.publish('seen', pictures), ['PUBLISHING']);
});

afterAll(async () => {
  await publisher?.close();
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

showServerOnFailure(() => server);

const api = (path: string, method = 'GET') => fetch(new URL(`/api/v1/${path}`, server!.httpUrl), { method });

/** What a page of the console is told first. */
async function helloOfConsole(): Promise<{ warnings: string[]; abilities: object }> {
  const url = new URL('/api/v1/live', server!.httpUrl);
  url.protocol = 'ws:';
  const socket = new WebSocket(url, 'sluice.live');
  const hello = await new Promise<string>((resolve, reject) => {
    socket.once('message', (text) => resolve(String(text)));
    socket.once('error', reject);
  });
  socket.terminate();
  return JSON.parse(hello);
}

/** Asks for a stream in a way that cannot be served. @returns why not */
async function refusal(ask: object): Promise<unknown> {
  const client = await WcsClient.connect(server!.wsUrl);
  client.send('playStream', { mediaSessionId: 'refused', name: 'seen', sdp: 'v=0', ...ask });
  const { first } = await client.status('refused', ['FAILED']);
  await client.close();
  return first.info;
}

it('the log says once that there is no ffmpeg, the console to each of its pages', async () => {
  for (let page = 0; page < 2; page += 1) {
    const { warnings, abilities } = await helloOfConsole();
    expect(warnings.filter((warning) => warning.startsWith('there is no ffmpeg'))).toHaveLength(1);
    expect(abilities).toEqual({ recording: true, snapshots: false });
  }
  const said = server!.program.text().split('\n');
  expect(said.filter((line) => line.includes('"msg":"no ffmpeg'))).toHaveLength(1);
});

it('what needs none is recorded, and played over WebRTC and MSE', async () => {
  expect((await api('streams/seen/recording', 'PUT')).status).toBe(201);
  const viewer = await Peer.connect(server!.wsUrl);
  await viewer.receives(await viewer.play('seen', pictures), 'video', 50, 20_000);
  const player = await WsMediaPlayer.play(server!.wsUrl, 'seen', 'MSE');
  const [start] = await player.received(1);
  expect(mseRecords(start!.data).map(({ kind }) => kind)).toContain('video');
  player.close();
  await viewer.close();
  expect((await api('streams/seen/recording', 'DELETE')).status).toBe(204);
  const { recordName } = await logLine(server!, 'recording finished');
  const { path } = await fetchRecord(server!, String(recordName), folder);
  expect((await probe(path)).streams.map(({ codec_name }) => codec_name)).toEqual(['h264']);
});

it('what needs it is refused, and says why', async () => {
  expect(await refusal({ mediaProvider: 'WSPlayer' })).toBe(refused);
  expect(await refusal({ mediaProvider: 'MSE', width: 320, height: 180 })).toBe(refused);
  expect((await api('streams/seen/snapshot')).status).toBe(501);
});
