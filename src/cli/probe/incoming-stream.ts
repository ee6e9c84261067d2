import type { Answer, MediaConnection, MediaHandler } from '../../client/index.js';
import { randomUint32 } from '../../kit/index.js';
import { type MediaSettings, Publisher, type TrackDescription, type UpTrack } from '../../media/index.js';
import { notCodecs } from './offer.js';

/** How often what is due is looked after, ms. */
const tick = 10;
const settings: MediaSettings = {
  keyFrameRequestInterval: 1000,
  rtpActivityTimeout: Number.POSITIVE_INFINITY,
  packetCache: 1024,
  fastStart: false,
  fastStartMaxAge: 0,
  maxLossDelay: 0,
};

/** A stream as a player receives it: with reports, and asking for what is missing. */
export class IncomingStream {
  readonly audio: UpTrack | null;
  readonly video: UpTrack | null;
  /** Resolves with the first picture that is whole; with the first packet where there is only sound. ms */
  readonly firstFrame: Promise<number>;
  private readonly publisher: Publisher;
  private readonly timer: NodeJS.Timeout;
  private onFirstFrame: (at: number) => void = () => {};

  /** @throws Error when there is nothing to receive */
  constructor(connection: MediaConnection, answer: Answer) {
    const publisher = Publisher.create(
      describe(answer),
      [connection],
      connection.memory,
      randomUint32(),
      Buffer.from('sluice'),
      settings,
      { onStarted: () => {}, onVideoSize: () => {}, onSilent: () => {}, onDue: () => {} },
      () => {},
    );
    if (!publisher) throw new Error('the packet memory is exhausted');
    this.publisher = publisher;
    this.audio = publisher.tracks.find(({ isVideo }) => !isVideo) ?? null;
    this.video = publisher.tracks.find(({ isVideo }) => isVideo) ?? null;
    if (!this.audio && !this.video) throw new Error('the server offers neither picture nor sound');
    this.firstFrame = new Promise((resolve) => {
      this.onFirstFrame = resolve;
    });
    this.timer = setInterval(() => {
      publisher.feed.flush(performance.now());
      publisher.onTime(performance.now());
    }, tick);
  }

  /** What the connection is to be given. */
  handler(onLost: (reason: string) => void): MediaHandler {
    const { publisher } = this;
    return {
      onRtp: (offset, length, now) => {
        publisher.onRtp(0, offset, length, now);
        if (this.hasFrame()) this.onFirstFrame(now);
      },
      onRtcp: (offset, length, now) => publisher.onRtcp(0, offset, length, now),
      onLost,
    };
  }

  start(): void {
    this.publisher.onConnected(performance.now());
  }

  close(): void {
    clearInterval(this.timer);
    this.publisher.close();
  }

  private hasFrame(): boolean {
    const { video, audio } = this;
    if (!video) return (audio?.packets ?? 0) > 0;
    const { group, cache } = video;
    if (group.first < 0) return false;
    for (let sequence = group.first; ; sequence += 1) {
      const slot = cache.find(sequence);
      if (slot < 0) return false;
      if (cache.hasMarker(slot)) return true;
    }
  }
}

function describe({ sections }: Answer): TrackDescription[] {
  const tracks: TrackDescription[] = [];
  for (const { kind, rejected, transport, codecs, extensions, reducedSize } of sections) {
    const codec = codecs.find(({ name }) => !notCodecs.has(name.toLowerCase()));
    if (rejected || !transport || !codec || (kind !== 'audio' && kind !== 'video')) continue;
    const rtx = codecs.find(({ name, fmtp }) => {
      return name.toLowerCase() === 'rtx' && fmtp.includes(`apt=${codec.payloadType}`);
    });
    tracks.push({
      kind,
      codec,
      rtxPayloadType: rtx?.payloadType ?? null,
      redPayloadType: null,
      transport: 0,
      feedback: codec.feedback,
      reducedSize,
      extensions,
      encodings: [],
      maxBitrate: 0,
    });
  }
  return tracks;
}
