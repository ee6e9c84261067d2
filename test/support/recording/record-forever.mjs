// Records frames of the fixtures at a multiple of their speed until it is killed, and says after each how far it is:
// node record-forever.mjs <folder> <H264 | VP8> [4]. Uses the built server.
import { readFileSync, writeSync } from 'node:fs';
import { Recording } from '../../../dist/egress/recording/index.js';

const [, , folder, codec, speed = '4'] = process.argv;
const load = (name) =>
  JSON.parse(readFileSync(new URL(`../../fixtures/recording/${name}.json`, import.meta.url)));
const pictures = load(`${codec.toLowerCase()}-160x120`);
const packets = load('opus').frames;
const { description, ...rest } = pictures.config;
const config = {
  ...rest,
  description: description === undefined ? null : Buffer.from(description, 'base64'),
};

const recording = new Recording({
  folder,
  template: '{streamName}-{duration}',
  stream: { streamName: codec, sessionId: '', mediaSessionId: '', login: '' },
  tracks: [
    { kind: 'video', codec },
    { kind: 'audio', codec: 'opus', clockRate: 48_000, channels: 1 },
  ],
  readConfig: () => config,
  onKeyFrameNeeded: () => {},
  onFile: () => {},
  onFailure: (reason) => {
    throw new Error(reason);
  },
});

const began = performance.now();
let time = 0;
setInterval(() => {
  const now = (performance.now() - began) * Number(speed);
  for (; time < now; time += 20) {
    const index = (time / 100) % 20;
    // VP8 with one key frame only, as WebRTC publishers do; the frame numbers of H264 would have a gap.
    if (time % 100 === 0 && (index !== 0 || time === 0 || codec === 'H264')) {
      const { key, data } = pictures.frames[index];
      recording.write({ kind: 'video', key, time, data: Buffer.from(data, 'base64'), discontinuity: false });
    }
    const data = Buffer.from(packets[(time / 20) % 100].data, 'base64');
    recording.write({ kind: 'audio', key: true, time, data, discontinuity: false });
    writeSync(1, `${time}\n`);
  }
  recording.tick(performance.now());
}, 5);
