import type { Egress, EgressOutput, MseRequest, WsPlayerRequest } from '../../egress/index.js';
import type { MediaEndpoint, Publication } from '../../streams/index.js';
import { StreamInfo } from '../../wire/index.js';
import { Broadcast } from './broadcast.js';
import { mseFraming, wsPlayerFraming } from './framing.js';

export type WsMediaRequest = MseRequest | WsPlayerRequest;

/** What a player hears of the broadcast that it watches. */
export interface BroadcastListener {
  onVideoSize(width: number, height: number): void;
  /** It has ended, and the player with it. */
  onEnded(): void;
}

/** One player's part in a broadcast. */
export interface Lease {
  readonly broadcast: Broadcast;
  /** Idempotent. */
  release(): void;
}

/** A stream that has no way out of the media processes. */
export class NoMedia extends Error {
  override readonly name = 'NoMedia';
}

/** What each of the players takes together before it begins, and a little more, ms (WCS spec F.2, F.3). */
const leads = { mse: 2200, wsplayer: 1150 } as const;
/** How long a broadcast goes on without players: the next may come soon, ms. */
const lingerTime = 5000;

interface Entry {
  readonly endpoint: MediaEndpoint;
  readonly key: string;
  readonly broadcast: Broadcast;
  readonly listeners: Set<BroadcastListener>;
  readonly opened: Promise<EgressOutput>;
  size: { readonly width: number; readonly height: number } | null;
  linger: NodeJS.Timeout | undefined;
  over: boolean;
}

/** Streams in the forms that players want: each is made once, for all of them. */
export class Broadcasts {
  private readonly streams = new Map<MediaEndpoint, Map<string, Entry>>();

  /** @param clock ms */
  constructor(
    private readonly egress: Pick<Egress, 'open'>,
    private readonly historySize: number,
    private readonly clock: () => number,
  ) {}

  /** @throws (rejects) NoMedia, EgressUnavailable, MediaUnavailable */
  async join(publication: Publication, request: WsMediaRequest, listener: BroadcastListener): Promise<Lease> {
    const endpoint = publication.media;
    if (!endpoint) throw new NoMedia('the stream has ended');
    const key = JSON.stringify(request);
    const entry = this.streams.get(endpoint)?.get(key) ?? this.open(endpoint, publication, key, request);
    clearTimeout(entry.linger);
    entry.listeners.add(listener);
    const release = () => this.release(entry, listener);
    try {
      await entry.opened;
    } catch (error) {
      release();
      throw error;
    }
    if (entry.over) throw new NoMedia('the stream has ended');
    if (entry.size) listener.onVideoSize(entry.size.width, entry.size.height);
    return { broadcast: entry.broadcast, release };
  }

  private open(
    endpoint: MediaEndpoint,
    { tracks }: Publication,
    key: string,
    request: WsMediaRequest,
  ): Entry {
    const framing = request.kind === 'mse' ? mseFraming : wsPlayerFraming;
    const broadcast = new Broadcast(framing, leads[request.kind], this.historySize);
    const opened = this.start({ endpoint, tracks }, request, {
      onEvent: (event) => {
        if (event.type === 'packets') broadcast.publish(event.packets, this.clock());
        else if (event.type === 'videoSize') this.onVideoSize(entry, event.width, event.height);
      },
      onClosed: () => this.end(entry),
    });
    const entry: Entry = {
      endpoint,
      key,
      broadcast,
      listeners: new Set(),
      opened,
      size: null,
      linger: undefined,
      over: false,
    };
    opened.catch(() => this.forget(entry));
    const entries = this.streams.get(endpoint) ?? new Map<string, Entry>();
    this.streams.set(endpoint, entries.set(key, entry));
    return entry;
  }

  /** Where there is no room for more, what nobody watches any more makes some. */
  private async start(...args: Parameters<Egress['open']>): Promise<EgressOutput> {
    try {
      return await this.egress.open(...args);
    } catch (error) {
      const isBusy = error instanceof Error && error.message === StreamInfo.NO_AVAILABLE_TRANSCODERS;
      if (!isBusy || !(await this.endIdle())) throw error;
      return this.egress.open(...args);
    }
  }

  /** @returns whether there was any */
  private async endIdle(): Promise<boolean> {
    const entries = [...this.streams.values()].flatMap((one) => [...one.values()]);
    const idle = entries.filter(({ linger, listeners }) => linger && listeners.size === 0);
    for (const entry of idle) this.forget(entry);
    await Promise.all(idle.map(async ({ opened }) => (await opened).close()));
    return idle.length > 0;
  }

  private onVideoSize(entry: Entry, width: number, height: number): void {
    entry.size = { width, height };
    for (const listener of [...entry.listeners]) listener.onVideoSize(width, height);
  }

  private end(entry: Entry): void {
    this.forget(entry);
    for (const listener of [...entry.listeners]) listener.onEnded();
  }

  private forget(entry: Entry): void {
    const { endpoint, key } = entry;
    entry.over = true;
    clearTimeout(entry.linger);
    const entries = this.streams.get(endpoint);
    if (entries?.get(key) !== entry) return;
    entries.delete(key);
    if (entries.size === 0) this.streams.delete(endpoint);
  }

  private release(entry: Entry, listener: BroadcastListener): void {
    if (!entry.listeners.delete(listener) || entry.listeners.size > 0 || entry.over) return;
    entry.linger = setTimeout(() => {
      this.forget(entry);
      void entry.opened.then((output) => output.close());
    }, lingerTime).unref();
  }
}
