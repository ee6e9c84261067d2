import { EventEmitter } from 'node:events';
import type { Abilities } from '../sdp/index.js';
import { type PlayStream, type PublishStream, StreamInfo, StreamStatus } from '../wire/index.js';
import { type BandwidthNotice, BandwidthWatch, type NotEnoughBandwidth } from './bandwidth-watch.js';
import { failureInfo } from './failure-info.js';
import type { Gate, RequestChanges, StreamAction, Verdict } from './gate.js';
import type { MediaListener, MediaRate } from './media-plane.js';
import type { MediaSession, MediaSessionListener } from './media-session.js';
import { type MediaAccess, openPlayback, openPublication } from './opening.js';
import { Playback } from './playback.js';
import { type PlaybackProvider, provide } from './playback-provider.js';
import { Publication } from './publication.js';
import { type BitrateRange, publishBitrate } from './publish-bitrate.js';
import type { Session } from './session.js';
import { listenersOf, type PublisherEvent, publisherEvent } from './stream-events.js';
import { isStreamName } from './stream-name.js';
import { StreamRegistry } from './stream-registry.js';

/** What happens to streams; whoever cares listens: signalling, hooks, metrics, recording. */
export interface StreamEvents {
  /** A client asks to publish or to play; the first event of a media session. */
  requested: [session: MediaSession];
  /** The server's answer for a media session is ready. */
  answer: [session: MediaSession, sdp: string];
  /** A media session has another status; after a terminal one nothing follows for it. */
  status: [session: MediaSession];
  /** The picture of a media session has another size. */
  videoSize: [session: MediaSession];
  /** The publisher tells a player something. */
  streamEvent: [player: MediaSession, event: PublisherEvent];
  /** A player's path is too narrow for what it plays. */
  notEnoughBandwidth: [player: MediaSession, bandwidth: NotEnoughBandwidth];
  /** Once a second for each media session whose media flows. */
  rate: [session: MediaSession, rate: MediaRate];
}

export interface StreamServiceOptions extends MediaAccess {
  readonly gate: Gate;
  readonly abilities: Abilities;
  readonly bitrates: BitrateRange;
  readonly bandwidth: BandwidthNotice;
  /** What a player of a name nobody publishes is told (WCS spec D.6). */
  readonly missingStreamInfo: StreamInfo;
  readonly maxMediaSessionsPerSession: number;
  /** In characters. */
  readonly maxStreamNameLength: number;
  /** In characters. */
  readonly maxSdpSize: number;
  /** ms since 1970. */
  readonly wallClock: () => number;
}

/** Clients make UUIDs; a longer id than any of them would make is refused. */
const maxMediaSessionIdLength = 128;

/**
 * Publishing and playing: admits media sessions, opens them, and ends them together with what depends on them. Every
 * request is answered by a status event sooner or later, whatever goes wrong (WCS spec D.4).
 */
export class StreamService extends EventEmitter<StreamEvents> implements MediaSessionListener {
  private readonly registry = new StreamRegistry();
  /** Ways to play other than WebRTC. */
  private readonly providers = new Map<string, PlaybackProvider>();

  constructor(private readonly options: StreamServiceOptions) {
    super();
  }

  /** Adds a way to play: `name` is the `mediaProvider` of players that want it. */
  provide(name: string, provider: PlaybackProvider): void {
    this.providers.set(name, provider);
  }

  /** A client publishes. Never rejects. */
  async publish(session: Session, request: PublishStream): Promise<void> {
    const publication = new Publication(session, request, this.options.wallClock(), this);
    this.emit('requested', publication);
    if (!(await this.admit(publication, { kind: 'publish', streamName: request.name, request }))) return;
    if (!this.registry.claim(publication)) {
      publication.end(StreamStatus.FAILED, StreamInfo.STREAM_NAME_ALREADY_IN_USE);
      return;
    }
    if (this.isOfferTooLarge(publication, request)) return;
    const { abilities, bitrates, wallClock } = this.options;
    const bitrate = publishBitrate(publication.request, bitrates);
    const listener = this.mediaListener(publication, StreamStatus.PUBLISHING);
    const answer = await openPublication(
      publication,
      this.options,
      abilities,
      bitrate,
      listener,
      wallClock(),
    );
    if (answer) this.emit('answer', publication, answer);
  }

  /**
   * The server publishes something of its own. Who makes it attaches its media, starts it and ends it.
   * @returns a publication that has ended already where its name or its id cannot be had
   */
  publishOwn(session: Session, request: PublishStream): Publication {
    const publication = new Publication(session, request, this.options.wallClock(), this);
    const claimed = this.register(publication) === null && this.registry.claim(publication);
    if (!claimed) publication.end(StreamStatus.FAILED, StreamInfo.STREAM_NAME_ALREADY_IN_USE);
    return publication;
  }

  /** A client plays. Never rejects. */
  async play(session: Session, request: PlayStream): Promise<void> {
    const playback = new Playback(session, request, this.options.wallClock(), this);
    this.emit('requested', playback);
    if (!(await this.admit(playback, { kind: 'play', streamName: request.name, request }))) return;
    const publication = this.registry.find(playback.name);
    if (!publication) {
      playback.end(StreamStatus.FAILED, this.options.missingStreamInfo);
      return;
    }
    if (publication.status !== StreamStatus.PUBLISHING) {
      playback.end(StreamStatus.FAILED, StreamInfo.PUBLISH_STREAM_IS_NOT_READY);
      return;
    }
    if (this.isOfferTooLarge(playback, request)) return;
    playback.publication = publication;
    playback.bandwidth = new BandwidthWatch(this.options.bandwidth);
    publication.players.add(playback);
    const listener = this.mediaListener(playback, StreamStatus.PLAYING);
    const provider = this.providers.get(request.mediaProvider);
    const now = this.options.wallClock();
    const answer = await (provider
      ? provide(provider, playback, publication, listener)
      : openPlayback(playback, publication, this.options, listener, now));
    if (answer) this.emit('answer', playback, answer);
  }

  /** The publisher stops. An unknown id is no error: clients stop twice (WCS spec B.3). */
  unpublish(session: Session, mediaSessionId: string): void {
    const found = session.mediaSessions.get(mediaSessionId);
    if (found?.published) found.end(StreamStatus.UNPUBLISHED, StreamInfo.STOPPED_BY_PUBLISHER_STOP);
  }

  /** The player stops. An unknown id is no error. */
  stop(session: Session, mediaSessionId: string): void {
    const found = session.mediaSessions.get(mediaSessionId);
    if (found && !found.published) found.end(StreamStatus.STOPPED, StreamInfo.STOPPED_BY_USER);
  }

  /** Somebody says something of its stream; only what a publisher says is passed on, to its players (WCS spec D.10). */
  sendEvent(session: Session, mediaSessionId: string, type: string, payload: unknown): void {
    const sender = session.mediaSessions.get(mediaSessionId);
    const event = publisherEvent(sender, type, payload);
    if (!event) return;
    for (const player of listenersOf(sender)) this.emit('streamEvent', player, event);
  }

  /**
   * Whether a name can be played.
   * @returns null when it can, else the reason (WCS spec C.10)
   */
  async availability(session: Session, streamName: string): Promise<string | null> {
    const verdict = await this.ask(session, { kind: 'query', streamName });
    if (typeof verdict === 'string') return verdict;
    const publication = this.registry.find(streamName);
    if (!publication) return this.options.missingStreamInfo;
    return publication.status === StreamStatus.PUBLISHING ? null : StreamInfo.PUBLISH_STREAM_IS_NOT_READY;
  }

  /** What is published under a name; null when nothing is, or not yet. */
  published(streamName: string): Publication | null {
    const publication = this.registry.find(streamName);
    return publication?.status === StreamStatus.PUBLISHING ? publication : null;
  }

  /** Everything that is published or played, or about to be. */
  all(): Iterable<MediaSession> {
    return this.registry.all();
  }

  /** A media session that has not ended. */
  mediaSession(id: string): MediaSession | null {
    return this.registry.mediaSession(id) ?? null;
  }

  /** Nothing is published or played, nor about to be. */
  get idle(): boolean {
    return this.registry.mediaSessionCount === 0;
  }

  /** The client has gone: everything it published or played ends. */
  closeSession(session: Session): void {
    for (const mediaSession of [...session.mediaSessions.values()]) {
      mediaSession.end(StreamStatus.FAILED, StreamInfo.STOPPED_BY_SESSION_DISCONNECT);
    }
  }

  /** The server stops: every client is told. */
  shutdown(): void {
    const mediaSessions = [...this.registry.all()];
    // Players first, else their publishers' end would end them with another reason.
    const inOrder = [...mediaSessions.filter((one) => !one.published), ...mediaSessions];
    for (const mediaSession of inOrder) {
      mediaSession.end(StreamStatus.FAILED, StreamInfo.REQUESTED_STREAM_SHUTDOWN);
    }
  }

  onStatus(mediaSession: MediaSession): void {
    if (mediaSession.ended) this.release(mediaSession);
    this.emit('status', mediaSession);
    if (mediaSession.ended && mediaSession instanceof Publication) this.endPlayers(mediaSession);
  }

  onVideoSize(mediaSession: MediaSession): void {
    this.emit('videoSize', mediaSession);
    if (!(mediaSession instanceof Publication)) return;
    for (const player of mediaSession.players) {
      if (player.derived || player.status !== StreamStatus.PLAYING) continue;
      player.resize(mediaSession.width, mediaSession.height);
    }
  }

  onRate(mediaSession: MediaSession, rate: MediaRate): void {
    this.emit('rate', mediaSession, rate);
    if (!(mediaSession instanceof Playback) || mediaSession.status !== StreamStatus.PLAYING) return;
    const told = rate.outgoing && mediaSession.bandwidth?.update(rate.outgoing);
    if (told) this.emit('notEnoughBandwidth', mediaSession, told);
  }

  /** The checks before anything is opened, in the order of WCS spec D.9. */
  private async admit(mediaSession: MediaSession, action: StreamAction): Promise<boolean> {
    const verdict = this.register(mediaSession) ?? (await this.ask(mediaSession.session, action));
    const refusal = typeof verdict === 'string' ? verdict : this.amend(mediaSession, verdict);
    if (refusal !== null) mediaSession.end(StreamStatus.FAILED, refusal);
    return !mediaSession.ended;
  }

  private amend(mediaSession: MediaSession, changes: RequestChanges | null): string | null {
    if (changes) mediaSession.amend(changes);
    const isNamed = isStreamName(mediaSession.name, this.options.maxStreamNameLength);
    return isNamed ? null : StreamInfo.STREAM_NOT_FOUND;
  }

  private isOfferTooLarge(mediaSession: MediaSession, { sdp }: PublishStream | PlayStream): boolean {
    if (sdp.length <= this.options.maxSdpSize) return false;
    mediaSession.end(StreamStatus.FAILED, StreamInfo.FAILED_BY_ERROR);
    return true;
  }

  private register(mediaSession: MediaSession): string | null {
    const { session, id, name } = mediaSession;
    const { maxMediaSessionsPerSession, maxStreamNameLength } = this.options;
    if (id === '') return StreamInfo.MEDIASESSION_ID_NULL;
    if (id.length > maxMediaSessionIdLength || session.mediaSessions.size >= maxMediaSessionsPerSession)
      return StreamInfo.FAILED_BY_ERROR;
    if (!this.registry.register(mediaSession)) return StreamInfo.MEDIASESSION_ID_ALREADY_IN_USE;
    session.mediaSessions.set(id, mediaSession);
    return isStreamName(name, maxStreamNameLength) ? null : StreamInfo.STREAM_NOT_FOUND;
  }

  /** A gate that breaks lets nobody in. */
  private async ask(session: Session, action: StreamAction): Promise<Verdict> {
    try {
      return await this.options.gate.check(session, action);
    } catch {
      return StreamInfo.RESTRICTED_ACCESS;
    }
  }

  private release(mediaSession: MediaSession): void {
    const { session, id } = mediaSession;
    this.registry.unregister(mediaSession);
    if (session.mediaSessions.get(id) === mediaSession) session.mediaSessions.delete(id);
    if (mediaSession instanceof Publication) this.registry.free(mediaSession);
    else if (mediaSession instanceof Playback) mediaSession.publication?.players.delete(mediaSession);
  }

  private endPlayers(publication: Publication): void {
    for (const player of [...publication.players]) {
      player.end(StreamStatus.FAILED, StreamInfo.STOPPED_BY_PUBLISHER_STOP);
    }
  }

  private mediaListener(
    mediaSession: MediaSession,
    running: typeof StreamStatus.PUBLISHING | typeof StreamStatus.PLAYING,
  ): MediaListener {
    return {
      onStarted: () => {
        mediaSession.start(running);
        if (!(mediaSession instanceof Playback)) return;
        const { width, height } = mediaSession.sourceSize;
        if (width > 0) mediaSession.resize(width, height);
      },
      onVideoSize: (width, height) => mediaSession.resize(width, height),
      onRate: (rate) => mediaSession.rate(rate),
      onFailed: (failure) => mediaSession.end(StreamStatus.FAILED, failureInfo[failure]),
    };
  }
}
