import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '../../config/index.js';
import type {
  Egress,
  EgressOutput,
  OutputListener,
  RecordedFile,
  RecoveredFile,
} from '../../egress/index.js';
import type { Logger } from '../../kit/index.js';
import { type MediaSession, Publication } from '../../streams/index.js';
import { StreamStatus } from '../../wire/index.js';
import { DiskGuard } from './disk-guard.js';
import { Hooks } from './hooks.js';
import type { KnownStreams } from './known-streams.js';
import { LeftoverFinisher } from './leftovers.js';
import { LiveRecording, type RecordingSurroundings } from './live-recording.js';
import { RecordingRefused } from './refused.js';
import { reportOf } from './report.js';
import { planFor, type RecordingWish } from './wish.js';

/** A stream that is being recorded. */
export interface RecordingInfo {
  readonly mediaSessionId: string;
  readonly streamName: string;
  /** The file that is written now; null while there is none. */
  readonly fileName: string | null;
  /** ms since 1970 */
  readonly startedAt: number;
}

/** Which stream: by its publisher's media session, or by its name. */
export type RecordingTarget = { readonly mediaSessionId: string } | { readonly streamName: string };

/** What of the egress process is used. */
export interface RecordingEgress {
  readonly open: Egress['open'];
  prepare(): void;
  on(event: 'died', listener: () => void): unknown;
}

/** An egress process whose control process is gone takes no longer to finish its files, ms. */
const predecessorTime = 3000;
/** What the hooks of the last files get when the server stops, ms; programs go on without it. */
const hooksAtEnd = 1000;

/** Every recording of the server: who is recorded, and what becomes of the files. */
export class Recordings implements RecordingSurroundings {
  private readonly published = new Map<string, Publication>();
  private readonly live = new Map<Publication, LiveRecording>();
  private readonly hooks: Hooks;
  private readonly guard: DiskGuard;
  private readonly leftovers: LeftoverFinisher;

  /** @param wallClock ms since 1970 */
  constructor(
    readonly folder: string,
    private readonly settings: Config['recording'],
    private readonly egress: RecordingEgress,
    private readonly log: Logger,
    private readonly wallClock: () => number,
    private readonly known: KnownStreams,
  ) {
    this.hooks = new Hooks(settings, log);
    this.guard = new DiskGuard(folder, settings, (reason) => this.stopAll(reason));
    this.leftovers = new LeftoverFinisher(folder, (file) => this.onRecovered(file), log);
    this.leftovers.collect(predecessorTime);
    egress.on('died', () => this.leftovers.collect(0));
  }

  /** Media will flow soon: then nothing is to be lost for want of a process. */
  onAnswer(mediaSession: MediaSession): void {
    if (this.settings.enabled && mediaSession instanceof Publication && mediaSession.request.record)
      this.egress.prepare();
  }

  onStatus(mediaSession: MediaSession): void {
    if (!(mediaSession instanceof Publication)) return;
    if (mediaSession.ended) {
      if (this.published.get(mediaSession.id) === mediaSession) this.published.delete(mediaSession.id);
      void this.live.get(mediaSession)?.stop();
    } else if (mediaSession.status === StreamStatus.PUBLISHING) {
      this.published.set(mediaSession.id, mediaSession);
      if (mediaSession.request.record) this.startAsPublished(mediaSession);
    }
  }

  /** @throws RecordingRefused */
  start(target: RecordingTarget, wish: RecordingWish = {}): RecordingInfo {
    const publication = this.find(target);
    if (publication === null) throw new RecordingRefused('not-found', 'no such stream is being published');
    return infoOf(this.record(publication, wish));
  }

  /**
   * Resolves when the file is finished, or in time.
   * @throws (rejects) RecordingRefused
   */
  async stop(mediaSessionId: string): Promise<void> {
    const publication = this.published.get(mediaSessionId);
    const recording = publication && this.live.get(publication);
    if (!recording?.running) throw new RecordingRefused('not-found', 'no such stream is being recorded');
    await recording.stop();
  }

  list(): RecordingInfo[] {
    return [...this.live.values()].filter(({ running }) => running).map(infoOf);
  }

  /** Ends all that runs; resolves when it is over, or in time. */
  async close(): Promise<void> {
    await Promise.all([...this.live.values()].map((recording) => recording.stop()));
    this.guard.stop();
  }

  /** Resolves when everybody has been told of the files that are finished, or in time. */
  async told(): Promise<void> {
    await Promise.race([this.hooks.settled(), sleep(hooksAtEnd, undefined, { ref: false })]);
  }

  async open(recording: LiveRecording, listener: OutputListener): Promise<EgressOutput> {
    await this.leftovers.listed;
    const { publication, plan } = recording;
    if (publication.media === null) throw new Error('the stream has ended');
    const id = plainId(publication.session.id);
    const { keyFrameInterval } = this.settings;
    return this.egress.open(
      { endpoint: publication.media, tracks: publication.tracks },
      {
        kind: 'record',
        folder: this.folder,
        ...plan,
        stream: { streamName: publication.name, mediaSessionId: publication.id, sessionId: id, login: id },
        keyFrameInterval,
      },
      listener,
    );
  }

  onFile({ reason }: LiveRecording, file: RecordedFile): void {
    this.known.note(file.name, file.stream.streamName);
    const report = reportOf(file, reason);
    this.log.info(report, 'recording finished');
    this.hooks.tell(report);
  }

  onFailed({ publication: { name, id } }: LiveRecording, reason: string): void {
    this.log.error({ streamName: name, mediaSessionId: id, reason }, 'recording failed, the stream goes on');
  }

  onEnded(recording: LiveRecording): void {
    if (this.live.get(recording.publication) === recording) this.live.delete(recording.publication);
    if (this.live.size === 0) this.guard.stop();
  }

  private onRecovered(file: RecoveredFile): void {
    this.known.note(file.name, file.stream.streamName);
    const report = reportOf(file);
    this.log.warn(report, 'a recording that was left unfinished has been made whole');
    this.hooks.tell(report);
  }

  private find(target: RecordingTarget): Publication | null {
    if ('mediaSessionId' in target) return this.published.get(target.mediaSessionId) ?? null;
    for (const publication of this.published.values())
      if (publication.name === target.streamName) return publication;
    return null;
  }

  private startAsPublished(publication: Publication): void {
    try {
      this.record(publication, {});
    } catch (error) {
      if (!(error instanceof RecordingRefused)) throw error;
      const { id: mediaSessionId, name: streamName } = publication;
      this.log.warn({ streamName, mediaSessionId, reason: error.message }, 'a stream is not recorded');
    }
  }

  /** @throws RecordingRefused */
  private record(publication: Publication, wish: RecordingWish): LiveRecording {
    const { enabled, maxConcurrent } = this.settings;
    if (!enabled) throw new RecordingRefused('off', 'recording is turned off');
    if (this.live.has(publication)) throw new RecordingRefused('already-recording', 'it is being recorded');
    const plan = planFor(this.settings, wish);
    if (this.live.size >= maxConcurrent)
      throw new RecordingRefused('too-many', `${maxConcurrent} streams are being recorded`);
    const recording = new LiveRecording(publication, plan, this.wallClock(), this);
    this.live.set(publication, recording);
    publication.recording = recording;
    const { id: mediaSessionId, name: streamName } = publication;
    this.log.info({ streamName, mediaSessionId }, 'recording started');
    recording.begin();
    this.guard.watch();
    return recording;
  }

  private stopAll(reason: string): void {
    for (const recording of this.live.values()) void recording.stop(reason);
  }
}

function infoOf({ publication, file, startedAt }: LiveRecording): RecordingInfo {
  const { id: mediaSessionId, name: streamName } = publication;
  return { mediaSessionId, streamName, fileName: file, startedAt };
}

/** A session's id with what base64 has beyond the letters of a name replaced as in base64url. */
function plainId(id: string): string {
  return id.replaceAll('+', '-').replaceAll('/', '_');
}
