import { randomName } from '../../kit/index.js';
import {
  type DerivedStream,
  isPossible,
  Publication,
  Session,
  type StreamService,
  type Transcoding,
  TranscodingRefused,
  type VideoWish,
  videoWish,
} from '../../streams/index.js';
import { publishStreamSchema, StreamInfo, StreamStatus } from '../../wire/index.js';
import { type TranscoderOrder, TranscoderRefused, type TranscoderView } from './order.js';

interface Running {
  readonly order: TranscoderOrder & { readonly codec: VideoWish['codec'] };
  readonly publication: Publication;
  derived: DerivedStream | null;
}

/** Streams made of others, under names of their own, that end with their sources (WCS spec G.1, `/transcoder`). */
export class Transcoders {
  private readonly running = new Map<string, Running>();

  constructor(
    private readonly streams: Pick<StreamService, 'published' | 'publishOwn' | 'on'>,
    private readonly transcoding: Transcoding,
  ) {
    streams.on('status', (one) => {
      if (one.ended && one instanceof Publication) this.forget(one);
    });
  }

  /**
   * Starts one, and waits until there is something to see.
   * @throws (rejects) TranscoderRefused
   */
  async start(order: TranscoderOrder): Promise<TranscoderView> {
    if (!isPossible(order)) throw new TranscoderRefused('bad-order', 'A side is 16 to 4096 pixels, or 0.');
    const codecs = await this.transcoding.videoCodecs();
    const source = this.source(order.source);
    const published = codecs.find((codec) => codec === source.video.codec.name.toUpperCase());
    const codec = order.codec ?? published ?? codecs[0];
    if (codec === undefined || !codecs.includes(codec))
      throw new TranscoderRefused('off', StreamInfo.TRANSCODING_REQUIRED_BUT_DISABLED);
    if (this.running.has(order.uri)) throw new TranscoderRefused('in-use', 'The URI is in use.');
    const running: Running = {
      order: { ...order, codec },
      publication: this.publish(order.name),
      derived: null,
    };
    this.running.set(order.uri, running);
    try {
      await this.make(running, source);
    } catch (error) {
      running.publication.end(StreamStatus.FAILED, StreamInfo.FAILED_BY_ERROR);
      throw refusalOf(error);
    }
    return viewOf(running);
  }

  /** @returns false when there is none */
  stop(uri: string): boolean {
    const found = this.running.get(uri);
    found?.publication.end(StreamStatus.UNPUBLISHED, StreamInfo.STOPPED_BY_REST_TERMINATE);
    return found !== undefined;
  }

  list(): TranscoderView[] {
    return [...this.running.values()].map(viewOf);
  }

  private source(name: string) {
    const found = this.streams.published(name);
    if (!found?.media) throw new TranscoderRefused('not-found', 'No such stream is published.');
    const { media: endpoint, tracks } = found;
    const video = tracks.find(({ kind }) => kind === 'video');
    if (!video) throw new TranscoderRefused('bad-order', 'The stream has no picture.');
    return { endpoint, tracks, video };
  }

  private publish(name: string): Publication {
    const id = randomName();
    const session = new Session(`transcoder-${id}`, randomName(), {
      appKey: '',
      custom: null,
      remoteAddress: '',
    });
    const request = publishStreamSchema.parse({ mediaSessionId: id, name, mediaProvider: 'Transcoder' });
    const publication = this.streams.publishOwn(session, request);
    if (publication.ended) throw new TranscoderRefused('in-use', 'The name is in use, or cannot be one.');
    return publication;
  }

  private async make(
    running: Running,
    { endpoint, tracks }: ReturnType<Transcoders['source']>,
  ): Promise<void> {
    const { order, publication } = running;
    const { codec, fps, keyFrameInterval } = order;
    const video = {
      ...videoWish(codec, { ...order, quality: 0 }),
      ...(fps > 0 ? { fps } : {}),
      ...(keyFrameInterval > 0 ? { keyFrameInterval } : {}),
    };
    const derived = await this.transcoding.derive(
      { endpoint, tracks },
      { video, audio: null, own: publication.id },
      {
        onVideoSize: (width, height) => publication.resize(width, height),
        onFailed: () => publication.end(StreamStatus.FAILED, StreamInfo.STOPPED_BY_PUBLISHER_STOP),
      },
    );
    if (publication.ended) {
      derived.close();
      throw new TranscoderRefused('failed', 'It has ended meanwhile.');
    }
    running.derived = derived;
    publication.tracks = derived.tracks;
    for (const { kind, codec: made } of derived.tracks) {
      if (kind === 'video') publication.videoCodec = made.name;
      else publication.audioCodec = made.name;
    }
    publication.attach(derived.endpoint);
    publication.start(StreamStatus.PUBLISHING);
  }

  private forget(publication: Publication): void {
    for (const [uri, running] of this.running) {
      if (running.publication !== publication) continue;
      this.running.delete(uri);
      running.derived?.close();
    }
  }
}

function viewOf({ order, publication }: Running): TranscoderView {
  const { id: mediaSessionId, status, createDate: startedAt } = publication;
  return { ...order, mediaSessionId, status, startedAt };
}

function refusalOf(error: unknown): unknown {
  if (error instanceof TranscoderRefused) return error;
  if (!(error instanceof TranscodingRefused))
    return new TranscoderRefused('failed', 'It could not be started.');
  return new TranscoderRefused(
    error.info === StreamInfo.NO_AVAILABLE_TRANSCODERS ? 'busy' : 'off',
    error.info,
  );
}
