import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { MediaSession } from '../../../streams/index.js';
import { StreamInfo } from '../../../wire/index.js';
import { type LiveMedia, lossOf } from '../live-media.js';

/** Reasons that the protocol has; what a backend or a rule makes up goes under one name, or it would have no end. */
const knownReasons = new Set<string>(Object.values(StreamInfo));
const otherReason = 'other';
/** What clients may call the way they play; anything else goes under one name as well. */
const knownProviders = new Set(['WebRTC', 'MSE', 'WSPlayer']);

const startBuckets = [0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 1.5, 2, 3, 5, 10, 20];
const roundTripBuckets = [0.005, 0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 1, 2];
const lossBuckets = [0, 0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5];

type Direction = 'in' | 'out';

/** What is published and played, by the events of `LiveMedia`. */
export function addStreamMetrics(registry: Registry, live: LiveMedia): void {
  const registers = [registry];
  addGauges(registry, live);
  const counter = <Label extends string>(name: string, help: string, labelNames: readonly Label[]) =>
    new Counter({ name: `sluice_${name}`, help, labelNames, registers });
  const seconds = (name: string, help: string, buckets = startBuckets) =>
    new Histogram({ name: `sluice_${name}_seconds`, help, buckets, registers });

  const started = counter('media_sessions_started_total', 'Streams whose media has begun to flow.', ['kind']);
  const ended = counter('media_sessions_ended_total', 'The same that have ended, by why.', [
    'kind',
    'reason',
  ]);
  const refused = counter('media_sessions_refused_total', 'Streams that ended before any media flowed.', [
    'kind',
    'reason',
  ]);
  const publish = seconds('publish', 'From publishStream to PUBLISHING.');
  const join = seconds('join', 'From playStream to PLAYING: the first packet has been sent.');
  const frame = seconds('first_frame', 'From playStream until the first whole picture has been sent.');
  const trip = seconds('round_trip', 'Round trip to each player, once a second.', roundTripBuckets);
  const publisherTrip = seconds(
    'publisher_round_trip',
    'Round trip to each publisher, once a second.',
    roundTripBuckets,
  );
  const loss = new Histogram({
    name: 'sluice_loss_ratio',
    help: 'Part of the packets to each player that it reports lost, once a second.',
    buckets: lossBuckets,
    registers,
  });
  const of = (name: string, help: string) => counter(name, help, ['direction']);
  const packets = of('rtp_packets_total', 'RTP packets from publishers and to players, WebRTC.');
  const bytes = of('rtp_payload_bytes_total', 'Payload of these.');
  const lost = of('rtp_lost_packets_total', 'Packets lost for good, as receivers count them.');
  const asked = of('rtp_nacked_packets_total', 'Packets asked for again: by Sluice (in), by players (out).');
  const repeated = of(
    'rtp_repeated_packets_total',
    'Packets that came as RTX (in), or were sent again (out).',
  );
  const wanted = of('key_frame_requests_total', 'Key frames asked for: by Sluice (in), by players (out).');
  const keyFrames = new Counter({ name: 'sluice_key_frames_total', help: 'Key frames received.', registers });

  live.on('started', ({ mediaSession, joinTime }) => {
    started.inc({ kind: kindOf(mediaSession) });
    (mediaSession.published ? publish : join).observe(joinTime / 1000);
  });
  live.on('ended', ({ mediaSession }) => ended.inc(reasonLabels(mediaSession)));
  live.on('refused', (mediaSession) => refused.inc(reasonLabels(mediaSession)));
  live.on('rate', ({ mediaSession, joinTime, rates }, { totals }, growth) => {
    const direction: Direction = mediaSession.published ? 'in' : 'out';
    packets.inc({ direction }, growth.packets);
    bytes.inc({ direction }, growth.bytes);
    lost.inc({ direction }, growth.lost);
    asked.inc({ direction }, growth.nack);
    repeated.inc({ direction }, growth.repeated);
    wanted.inc({ direction }, growth.pli);
    keyFrames.inc(growth.keyFrames);
    if (!totals) return;
    const { roundTrip } = totals;
    if (roundTrip > 0) (mediaSession.published ? publisherTrip : trip).observe(roundTrip / 1000);
    if (mediaSession.published) return;
    if (growth.packets > 0) loss.observe(lossOf(mediaSession, growth.packets, growth.lost));
    const isFirst = totals.firstFrame >= 0 && (rates.at(-2)?.totals?.firstFrame ?? -1) < 0;
    if (isFirst) frame.observe((joinTime + totals.firstFrame) / 1000);
  });
}

function addGauges(registry: Registry, live: LiveMedia): void {
  const registers = [registry];
  new Gauge({
    name: 'sluice_publishers',
    help: 'Streams that are published, by codec.',
    labelNames: ['audio', 'video'],
    registers,
    collect() {
      this.reset();
      for (const { mediaSession } of live.published()) this.inc(codecLabels(mediaSession));
    },
  });
  new Gauge({
    name: 'sluice_viewers',
    help: 'Players of all streams, by the codec they are sent and the way they play.',
    labelNames: ['audio', 'video', 'provider'],
    registers,
    collect() {
      this.reset();
      for (const { mediaSession } of live.all()) {
        if (mediaSession.published) continue;
        const { mediaProvider } = mediaSession.request;
        const provider = knownProviders.has(mediaProvider) ? mediaProvider : 'other';
        this.inc({ ...codecLabels(mediaSession), provider });
      }
    },
  });
  new Gauge({
    name: 'sluice_throughput_bytes_per_second',
    help: 'Payload of all publishers (in) and players (out) in the last second.',
    labelNames: ['direction'],
    registers,
    collect() {
      const sum = { in: 0, out: 0 };
      for (const one of live.all()) sum[one.mediaSession.published ? 'in' : 'out'] += one.bitrate;
      for (const direction of ['in', 'out'] as const) this.set({ direction }, sum[direction] / 8);
    },
  });
}

function codecLabels({ audioCodec, videoCodec }: MediaSession) {
  return { audio: audioCodec || 'none', video: videoCodec || 'none' };
}

function kindOf({ published }: MediaSession): 'publish' | 'play' {
  return published ? 'publish' : 'play';
}

function reasonLabels(mediaSession: MediaSession) {
  const { info, status } = mediaSession;
  const reason = knownReasons.has(info) ? info : otherReason;
  return { kind: kindOf(mediaSession), reason: info === '' ? status : reason };
}
