// The least that a program with mediasoup in it can be: one worker, one router, one producer a stream. Told by WebSocket:
// one question and its answer each. Arguments: the folder where mediasoup is installed.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { WebSocketServer } from 'ws';

const host = '127.0.0.1';
const parameters = { 'packetization-mode': 1, 'profile-level-id': '42e01f', 'level-asymmetry-allowed': 1 };
const rtcpFeedback = [{ type: 'nack' }, { type: 'nack', parameter: 'pli' }];
const video = { kind: 'video', mimeType: 'video/H264', clockRate: 90_000, parameters };

const [, , folder] = process.argv;
const path = createRequire(join(folder, 'package.json')).resolve('mediasoup');
const { createWorker, version } = await import(pathToFileURL(path).href).then((all) => all.default ?? all);
const worker = await createWorker({ logLevel: 'warn' });
worker.on('died', () => process.exit(1));
const router = await worker.createRouter({ mediaCodecs: [video] });
const codec = router.rtpCapabilities.codecs.find(({ mimeType }) => mimeType === 'video/H264');
const producers = new Map();

async function connectTransport(fingerprint) {
  const transport = await router.createWebRtcTransport({ listenIps: [{ ip: host }], enableUdp: true });
  const fingerprints = [{ algorithm: 'sha-256', value: fingerprint }];
  await transport.connect({ dtlsParameters: { role: 'client', fingerprints } });
  const { value } = transport.dtlsParameters.fingerprints.find(({ algorithm }) => algorithm === 'sha-256');
  const { usernameFragment, password } = transport.iceParameters;
  const remote = {
    port: transport.iceCandidates[0].port,
    ufrag: usernameFragment,
    password,
    fingerprint: value,
  };
  return { transport, remote };
}

const methods = {
  async publish({ name, fingerprint, ssrc, payloadType }) {
    const { transport, remote } = await connectTransport(fingerprint);
    const { mimeType, clockRate } = video;
    const codecs = [{ mimeType, clockRate, parameters, payloadType, rtcpFeedback }];
    const rtpParameters = { codecs, encodings: [{ ssrc }], rtcp: { cname: 'bench' } };
    producers.set(name, await transport.produce({ kind: 'video', rtpParameters }));
    return remote;
  },

  async play({ name, fingerprint }) {
    const { transport, remote } = await connectTransport(fingerprint);
    const rtpCapabilities = { codecs: [{ ...codec, rtcpFeedback }], headerExtensions: [] };
    await transport.consume({ producerId: producers.get(name).id, rtpCapabilities });
    return remote;
  },
};

const server = new WebSocketServer({ host, port: 0 });
server.on('connection', (socket) => {
  socket.on('message', async (text) => {
    const { method, ...params } = JSON.parse(text.toString());
    try {
      socket.send(JSON.stringify({ result: await methods[method](params) }));
    } catch (error) {
      socket.send(JSON.stringify({ error: error.message }));
    }
  });
});
server.on('listening', () => {
  console.log(JSON.stringify({ port: server.address().port, worker: worker.pid, version }));
});

// A benchmark that was killed leaves nothing behind; the worker ends with this process.
const parent = process.ppid;
setInterval(() => process.ppid !== parent && process.exit(), 1000).unref();
