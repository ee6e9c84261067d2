import { EventEmitter } from 'node:events';
import {
  BandwidthShortage,
  type MediaRate,
  type MediaSession,
  type MediaTotals,
  Playback,
  Publication,
  type StreamService,
} from '../../streams/index.js';
import { StreamStatus } from '../../wire/index.js';

/** How many seconds are looked back on. */
const remembered = 10;

const nothing: MediaTotals = {
  packets: 0,
  bytes: 0,
  lost: 0,
  repeated: 0,
  keyFrames: 0,
  roundTrip: 0,
  firstFrame: -1,
};

/** What was added between two looks at counters that begin anew when their source does. */
export interface MediaGrowth {
  readonly packets: number;
  readonly bytes: number;
  readonly lost: number;
  readonly repeated: number;
  readonly keyFrames: number;
  /** Packets asked for again. */
  readonly nack: number;
  /** Key frames asked for. */
  readonly pli: number;
}

/** A media session whose media flows, with what its last seconds were like. */
export class LiveSession {
  /** Of the last seconds, the newest last. */
  readonly rates: MediaRate[] = [];
  /** Lost since it started, with what sources before the present one have lost. */
  lost = 0;
  /** What the last second has added; null before the first. */
  lastGrowth: MediaGrowth | null = null;
  /** Of a player. */
  readonly shortage = new BandwidthShortage();

  /**
   * @param startedAt ms
   * @param joinTime from the request to the first media, ms
   */
  constructor(
    readonly mediaSession: MediaSession,
    readonly startedAt: number,
    readonly joinTime: number,
  ) {}

  get latest(): MediaRate | null {
    return this.rates.at(-1) ?? null;
  }

  get totals(): MediaTotals {
    return this.latest?.totals ?? nothing;
  }

  /** Payload of the last second, bit/s; that of video alone where nothing else is known. */
  get bitrate(): number {
    const last = this.rates.at(-1);
    const before = this.rates.at(-2);
    if (!last?.totals || !before?.totals) return last?.videoRate ?? 0;
    return Math.max(0, last.totals.bytes - before.totals.bytes) * 8;
  }

  /** What the remembered seconds have brought together; null while there are none to compare. */
  get recent(): { readonly seconds: number; readonly growth: MediaGrowth } | null {
    const [first] = this.rates;
    const last = this.rates.at(-1);
    if (!first || !last || first === last) return null;
    return { seconds: this.rates.length - 1, growth: this.growth(first, last) };
  }

  /** @returns what this second has added */
  add(rate: MediaRate): MediaGrowth {
    const growth = this.growth(this.latest, rate);
    this.lost += growth.lost;
    this.lastGrowth = growth;
    if (rate.outgoing) this.shortage.update(rate.outgoing);
    this.rates.push(rate);
    if (this.rates.length > remembered + 1) this.rates.shift();
    return growth;
  }

  /** A player says itself what it has lost: not more than there was, or it would spoil the figures of all. */
  private growth(before: MediaRate | null, after: MediaRate): MediaGrowth {
    const growth = growthOf(before, after);
    if (this.mediaSession.published || growth.lost <= growth.packets) return growth;
    return { ...growth, lost: growth.packets };
  }
}

export interface LiveMediaEvents {
  started: [live: LiveSession];
  rate: [live: LiveSession, rate: MediaRate, growth: MediaGrowth];
  ended: [live: LiveSession];
  /** A media session has ended before any media flowed. */
  refused: [mediaSession: MediaSession];
}

/** Every media session whose media flows, by the events of `StreamService`. */
export class LiveMedia extends EventEmitter<LiveMediaEvents> {
  private readonly sessions = new Map<MediaSession, LiveSession>();
  private readonly names = new Map<string, LiveSession>();
  /** When it was asked for those whose media does not flow yet, by `clock`. */
  private readonly asked = new WeakMap<MediaSession, number>();

  /** @param clock ms, never goes back: the wall clock may be set meanwhile */
  constructor(
    streams: StreamService,
    private readonly clock: () => number,
  ) {
    super();
    streams.on('requested', (mediaSession) => this.asked.set(mediaSession, this.clock()));
    streams.on('status', (mediaSession) => this.onStatus(mediaSession));
    streams.on('rate', (mediaSession, rate) => {
      const live = this.sessions.get(mediaSession);
      if (live) this.emit('rate', live, rate, live.add(rate));
    });
  }

  all(): Iterable<LiveSession> {
    return this.sessions.values();
  }

  /** In the order in which they began. */
  published(): Iterable<LiveSession> {
    return this.names.values();
  }

  of(mediaSession: MediaSession): LiveSession | undefined {
    return this.sessions.get(mediaSession);
  }

  /** What is published under a name. */
  find(streamName: string): LiveSession | undefined {
    return this.names.get(streamName);
  }

  /** Of one stream. */
  players(publication: LiveSession): LiveSession[] {
    const { mediaSession } = publication;
    if (!(mediaSession instanceof Publication)) return [];
    return [...mediaSession.players].flatMap((player) => this.sessions.get(player) ?? []);
  }

  get counts(): { readonly published: number; readonly played: number } {
    return { published: this.names.size, played: this.sessions.size - this.names.size };
  }

  private onStatus(mediaSession: MediaSession): void {
    const live = this.sessions.get(mediaSession);
    if (mediaSession.ended) {
      if (!live) {
        this.emit('refused', mediaSession);
        return;
      }
      this.sessions.delete(mediaSession);
      if (this.names.get(mediaSession.name) === live) this.names.delete(mediaSession.name);
      this.emit('ended', live);
      return;
    }
    const { status } = mediaSession;
    if (live || (status !== StreamStatus.PUBLISHING && status !== StreamStatus.PLAYING)) return;
    const now = this.clock();
    const started = new LiveSession(mediaSession, now, now - (this.asked.get(mediaSession) ?? now));
    this.asked.delete(mediaSession);
    this.sessions.set(mediaSession, started);
    if (mediaSession.published) this.names.set(mediaSession.name, started);
    this.emit('started', started);
  }
}

/** Part of the packets that were lost, 0 to 1; those from a publisher have not been counted, those to a player have. */
export function lossOf({ published }: MediaSession, packets: number, lost: number): number {
  const all = published ? packets + lost : packets;
  return all > 0 ? Math.min(1, lost / all) : 0;
}

/** Whether a player is given what was made for it, and not the publisher's own. */
export function isDerived({ mediaSession }: LiveSession): boolean {
  return mediaSession instanceof Playback && mediaSession.derived;
}

function growthOf(before: MediaRate | null, after: MediaRate): MediaGrowth {
  const from = before?.totals ?? nothing;
  const to = after.totals ?? nothing;
  return {
    packets: grown(from.packets, to.packets),
    bytes: grown(from.bytes, to.bytes),
    lost: grown(from.lost, to.lost),
    repeated: grown(from.repeated, to.repeated),
    keyFrames: grown(from.keyFrames, to.keyFrames),
    nack: grown(before?.nack ?? 0, after.nack),
    pli: grown(before?.pli ?? 0, after.pli),
  };
}

/** A counter that is smaller than before has begun anew, or what was taken for lost has come. */
function grown(from: number, to: number): number {
  return Math.max(0, to - from);
}
