// An independent client of the WebSocket API with libdatachannel for its media: node-datachannel aborts the process when
// it is loaded in a second thread and when a callback throws, so it lives in a process of its own.
// Standard input: commands, one JSON object a line: { id, method, params }. Standard output: { id, result | error } and
// events { event, … }.
import { randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline';
import WebSocket from 'ws';
import { guarded, MediaPeer, srtpProfiles } from './media-peer.mjs';

const peers = new Map();
let socket;

function say(line) {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

function send(message, payload) {
  socket.send(JSON.stringify({ message, data: [payload] }));
}

function onMessage(text) {
  const { message, data } = JSON.parse(text.toString());
  if (message === 'ping') send('pong', null);
  if (message === 'setRemoteSDP') peers.get(data[0])?.acceptAnswer(data[1]);
  const mediaSessionId = message === 'setRemoteSDP' ? data[0] : data[0]?.mediaSessionId;
  say({ event: 'message', message, mediaSessionId, data });
}

async function start(kind, { name, media }) {
  const mediaSessionId = randomUUID();
  const direction = kind === 'publishStream' ? 'SendOnly' : 'RecvOnly';
  const peer = new MediaPeer(direction, media, (event) => say({ ...event, mediaSessionId }));
  peers.set(mediaSessionId, peer);
  const sdp = await peer.createOffer();
  const published = kind === 'publishStream';
  const has = { hasAudio: 'audio' in media, hasVideo: 'video' in media };
  const wish = {
    status: 'PENDING',
    record: false,
    mediaProvider: 'WebRTC',
    bitrate: 0,
    minBitrate: 0,
    maxBitrate: 0,
  };
  send(kind, { mediaSessionId, name, published, ...has, ...wish, sdp });
  return { mediaSessionId };
}

function stop(kind, { mediaSessionId, name }) {
  const published = kind === 'unPublishStream';
  send(kind, {
    mediaSessionId,
    name,
    published,
    hasVideo: true,
    hasAudio: true,
    status: 'PENDING',
    record: false,
  });
  peers.get(mediaSessionId)?.close();
}

const methods = {
  connect: ({ url }) =>
    new Promise((resolve, reject) => {
      socket = new WebSocket(url);
      socket.on('error', reject);
      socket.on('close', (code) => say({ event: 'closed', code }));
      socket.on('open', () => {
        send('connection', { appKey: 'defaultApp', mediaProviders: ['WebRTC'], clientVersion: '2.0' });
        resolve({});
      });
      socket.on('message', guarded(onMessage));
    }),
  publish: (params) => start('publishStream', params),
  play: (params) => start('playStream', params),
  unpublish: (params) => stop('unPublishStream', params),
  stop: (params) => stop('stopStream', params),
  report: ({ mediaSessionId }) => ({ ...peers.get(mediaSessionId).report(), srtpProfiles }),
  askForKeyFrame: ({ mediaSessionId }) => peers.get(mediaSessionId).askForKeyFrame(),
  /** Stops sending and answering without a word to anybody, as a lost network does. */
  vanish: ({ mediaSessionId }) => peers.get(mediaSessionId).close(),
};

createInterface({ input: process.stdin })
  .on('line', async (line) => {
    const { id, method, params } = JSON.parse(line);
    try {
      say({ id, result: (await methods[method](params)) ?? {} });
    } catch (error) {
      say({ id, error: String(error?.stack ?? error) });
    }
  })
  .on('close', () => process.exit(0));
