import { randomUUID } from 'node:crypto';
import { basename } from 'node:path';
import { type ApiClient, infoOf, MediaConnection, readAnswer, writeOffer } from '../../client/index.js';
import { reasonOf } from '../../kit/index.js';
import type { PublishArguments } from './arguments.js';
import { FileSource } from './file-source.js';
import { OutgoingStream } from './outgoing-stream.js';
import { Pacer } from './pacer.js';
import type { PublishPlan } from './plan.js';
import { Reporter } from './reporter.js';

type Fields = Readonly<Record<string, unknown>>;

/** Statuses that end a stream (WCS spec C.5). */
const ends = ['FAILED', 'UNPUBLISHED', 'STOPPED'];
/** How long the server has to say that the stream is over, s. */
const farewell = 1;
/** For what still travels when the file is over, ms. */
const tail = 300;

/** One file on its way to the server as a stream. */
export class Publishing {
  private readonly mediaSessionId = randomUUID();
  private readonly stream: OutgoingStream;
  private readonly pacer: Pacer;
  private readonly source: FileSource;
  private readonly reporter: Reporter;
  /** Resolves when ffmpeg has ended, with what went wrong. */
  private readonly fileEnded: Promise<string | null>;
  private onLost: (reason: string) => void = () => {};
  private readonly lost = new Promise<string>((resolve) => {
    this.onLost = resolve;
  });

  private constructor(
    private readonly client: ApiClient,
    private readonly options: PublishArguments,
    private readonly plan: PublishPlan,
    private readonly connection: MediaConnection,
    private readonly say: (line: string) => void,
  ) {
    this.stream = new OutgoingStream(connection, plan);
    this.pacer = new Pacer((frame) => this.stream.send(frame));
    this.reporter = new Reporter(this.stream, connection, say);
    let onEnd: (problem: string | null) => void = () => {};
    this.fileEnded = new Promise((resolve) => {
      onEnd = resolve;
    });
    this.source = new FileSource({ onFrame: (frame) => this.pacer.add(frame), onEnd });
  }

  /** @param client that is connected */
  static async create(
    client: ApiClient,
    options: PublishArguments,
    plan: PublishPlan,
    say: (line: string) => void,
  ): Promise<Publishing> {
    return new Publishing(client, options, plan, await MediaConnection.create(), say);
  }

  /** Has the stream taken by the server. @throws (rejects) Error with the reason that it gives */
  async open(): Promise<void> {
    const { client, stream, connection, mediaSessionId, options, plan } = this;
    client.send('publishStream', {
      mediaSessionId,
      name: options.name,
      published: true,
      hasVideo: plan.target.video !== null,
      hasAudio: plan.target.audio !== null,
      status: 'PENDING',
      record: options.record,
      mediaProvider: 'WebRTC',
      sdp: writeOffer('sendonly', stream.media, connection.local),
      bitrate: 0,
      minBitrate: 0,
      maxBitrate: 0,
    });
    const answer = await client.message(
      ['setRemoteSDP', 'notifyStreamStatusEvent'],
      (got) => got.mediaSessionId === mediaSessionId && (typeof got.sdp === 'string' || this.isEnd(got)),
    );
    if (answer.name !== 'setRemoteSDP')
      throw new Error(`the server refuses the stream: ${infoOf(answer.fields)}`);
    const handler = stream.handler((reason) => this.onLost(reason));
    await connection.connect(readAnswer(String(answer.fields.sdp)), handler, options.timeout * 1000);
  }

  /** Plays the file to its end, or until it is told to stop. @throws (rejects) Error when something else ends it */
  async play(stop: AbortSignal): Promise<void> {
    const { client, options, plan, pacer } = this;
    const { file, name, url, ffmpeg, timeout } = options;
    this.stream.start(() => pacer.time);
    await this.source.start(ffmpeg, file, plan.target);
    const status = (fits: (got: Fields) => boolean, seconds: number) =>
      client.message(
        ['notifyStreamStatusEvent'],
        (got) => got.mediaSessionId === this.mediaSessionId && fits(got),
        seconds,
      );
    const ended = status((got) => this.isEnd(got), Number.POSITIVE_INFINITY).then(
      ({ fields }) => `the server has ended the stream: ${infoOf(fields)}`,
      reasonOf,
    );
    const unheard = new Promise<string>((resolve) => {
      status((got) => got.status === 'PUBLISHING' || this.isEnd(got), timeout).then(
        () => {
          this.say(`publishing   ${basename(file)} as ${name} to ${url}: ${described(plan)}`);
          this.reporter.start();
        },
        () => resolve(`the server took no media within ${timeout} s`),
      );
    });
    const problem = await Promise.race([stopped(stop), this.played(), ended, this.lost, unheard]);
    if (problem !== null) throw new Error(problem);
  }

  /** Ends the stream in order. */
  async leave(): Promise<void> {
    const { client, mediaSessionId, options } = this;
    client.send('unPublishStream', { mediaSessionId, name: options.name, published: true });
    const isOver = (got: Fields) => got.mediaSessionId === mediaSessionId && this.isEnd(got);
    const last = await client.message(['notifyStreamStatusEvent'], isOver, farewell).catch(() => null);
    const recording = last?.fields.recordName;
    const recorded = typeof recording === 'string' && recording !== '' ? `, recorded as ${recording}` : '';
    this.say(`unpublished  ${options.name}${recorded}`);
  }

  async close(): Promise<void> {
    this.reporter.close();
    this.stream.close();
    this.pacer.close();
    await this.source.close();
    this.connection.close();
  }

  private async played(): Promise<string | null> {
    const problem = await this.fileEnded;
    if (problem !== null) return `ffmpeg cannot play the file: ${problem}`;
    await this.pacer.drained();
    await new Promise((resolve) => setTimeout(resolve, tail));
    return null;
  }

  private isEnd({ status }: Fields): boolean {
    return ends.includes(String(status));
  }
}

function stopped(stop: AbortSignal): Promise<null> {
  return new Promise((resolve) => {
    if (stop.aborted) resolve(null);
    stop.addEventListener('abort', () => resolve(null), { once: true });
  });
}

function described({ target, video }: PublishPlan): string {
  const parts = [];
  if (video && target.video)
    parts.push(
      target.video.copy ? `${video.codec} as it is` : `${video.codec} of ${target.video.bitrate} kbit/s`,
    );
  if (target.audio)
    parts.push(target.audio.copy ? 'opus as it is' : `opus of ${target.audio.bitrate} kbit/s`);
  return parts.join(', ');
}
