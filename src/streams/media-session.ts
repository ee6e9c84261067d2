import { isTerminal, type PlayStream, type PublishStream, StreamStatus } from '../wire/index.js';
import type { RequestChanges } from './gate.js';
import type { MediaPath, MediaRate } from './media-plane.js';
import type { Session } from './session.js';

/** What a client asked for, but for its offer. */
type Wanted<Request> = Request extends unknown ? Omit<Request, 'sdp'> : never;

/** What carries a media session's media. */
export interface Carrier {
  /** Idempotent. */
  close(): void;
}

/** Hears of each change of a media session, once. */
export interface MediaSessionListener {
  onStatus(session: MediaSession): void;
  onVideoSize(session: MediaSession): void;
  onRate(session: MediaSession, rate: MediaRate): void;
}

/**
 * One stream published or played by one client, from its request to its last status: PENDING, then PUBLISHING or
 * PLAYING, then exactly one terminal status. Ending is idempotent, whoever does it, and closes what carries
 * its media, even if that only comes later.
 */
export abstract class MediaSession<
  Request extends PublishStream | PlayStream = PublishStream | PlayStream,
  Media extends Carrier = Carrier,
> {
  status: StreamStatus = StreamStatus.PENDING;
  info = '';
  audioCodec = '';
  videoCodec = '';
  width = 0;
  height = 0;
  /** Video bitrate of the last second, bit/s; 0 before the first. */
  videoRate = 0;
  /** What the last second brought; null before the first. */
  lastRate: MediaRate | null = null;
  /** How its peer is reached; null before media flows, and where that is not WebRTC. */
  path: MediaPath | null = null;
  readonly createDate: number;
  private wanted: Wanted<Request>;
  private offer: string;
  private carrier: Media | null = null;

  /** @param createDate ms since 1970 */
  constructor(
    readonly session: Session,
    { sdp, ...request }: Request,
    createDate: number,
    protected readonly listener: MediaSessionListener,
  ) {
    this.wanted = request as Wanted<Request>;
    this.offer = sdp;
    this.createDate = createDate;
  }

  abstract readonly published: boolean;

  get request(): Wanted<Request> {
    return this.wanted;
  }

  get id(): string {
    return this.request.mediaSessionId;
  }

  get name(): string {
    return this.request.name;
  }

  get ended(): boolean {
    return isTerminal(this.status);
  }

  get media(): Media | null {
    return this.carrier;
  }

  /** It was admitted, but with these fields of its request set otherwise; nothing has come of the request yet. */
  amend(changes: RequestChanges): void {
    this.wanted = { ...this.wanted, ...changes };
  }

  /** The client's session description, to be read once: it is by far the longest of what it asked for, and not kept. */
  takeOffer(): string {
    const { offer } = this;
    this.offer = '';
    return offer;
  }

  /** Hands over what carries its media once that is open; it is closed at once when the session has ended meanwhile. */
  attach(carrier: Media): void {
    if (this.ended) carrier.close();
    else this.carrier = carrier;
  }

  /** Media flows. */
  start(status: typeof StreamStatus.PUBLISHING | typeof StreamStatus.PLAYING): void {
    if (this.status !== StreamStatus.PENDING) return;
    this.status = status;
    this.listener.onStatus(this);
  }

  resize(width: number, height: number): void {
    if (this.ended || (width === this.width && height === this.height)) return;
    this.width = width;
    this.height = height;
    this.listener.onVideoSize(this);
  }

  rate(rate: MediaRate): void {
    if (this.ended) return;
    this.videoRate = rate.videoRate;
    this.lastRate = rate;
    if (rate.path) this.path = rate.path;
    this.listener.onRate(this, rate);
  }

  /** Ends the session; whoever comes second changes nothing. */
  end(status: StreamStatus, info: string): void {
    if (this.ended) return;
    this.status = status;
    this.info = info;
    this.carrier?.close();
    this.carrier = null;
    this.listener.onStatus(this);
  }
}
