import type { MediaConnection } from '../../client/index.js';
import type { OutgoingStream } from './outgoing-stream.js';

/** Between two lines, ms. */
const interval = 5000;

/** Says every few seconds how it goes. */
export class Reporter {
  private timer: NodeJS.Timeout | undefined;
  private startedAt = 0;
  private last = { at: 0, octets: 0, frames: 0 };

  constructor(
    private readonly stream: OutgoingStream,
    private readonly connection: MediaConnection,
    private readonly say: (line: string) => void,
  ) {}

  start(): void {
    this.startedAt = performance.now();
    this.last = { ...this.last, at: this.startedAt };
    this.timer = setInterval(() => this.report(), interval);
  }

  close(): void {
    clearInterval(this.timer);
  }

  private report(): void {
    const { tracks, roundTrip, fractionLost, keyFrameRequests } = this.stream;
    const at = performance.now();
    const octets = tracks.reduce((sum, track) => sum + track.octets, 0);
    const frames = tracks.find(({ kind }) => kind === 'video')?.frames ?? 0;
    const repeated = tracks.reduce((sum, track) => sum + track.repeated, 0);
    const seconds = (at - this.last.at) / 1000;
    const bitrate = ((octets - this.last.octets) * 8) / 1000 / seconds;
    const rate = (frames - this.last.frames) / seconds;
    this.last = { at, octets, frames };
    const rtt = Number.isNaN(roundTrip) ? this.connection.roundTrip : roundTrip;
    const parts = [`${bitrate.toFixed(0)} kbit/s`, `${rate.toFixed(1)} frames/s`];
    if (!Number.isNaN(rtt)) parts.push(`RTT ${rtt.toFixed(1)} ms`);
    parts.push(`lost ${(100 * fractionLost).toFixed(1)} %`, `sent again ${repeated}`);
    parts.push(`key frames asked for ${keyFrameRequests}`);
    this.say(`${`${((at - this.startedAt) / 1000).toFixed(0)} s`.padEnd(12)} ${parts.join(', ')}`);
  }
}
