import type { Publication } from '../../streams/index.js';
import type { ServerFigures, ServerPoint, StreamPoint } from './messages.js';
import type { FigureSources, SessionFigures } from './needs.js';
import { Series } from './series.js';
import { streamKeys, streamPoint } from './stream-point.js';

/** From one sample to the next, ms. */
export const sampleInterval = 1000;
/** Streams whose past is remembered, 9.6 kB each; those that begin when there are as many have none. */
export const mostHistories = 1000;

const serverKeys = [
  'viewers',
  'streams',
  'incoming',
  'outgoing',
  'cpu',
] as const satisfies readonly (keyof ServerPoint)[];

/** A stream as it was in the last sample. */
export interface StreamSample {
  readonly publication: Publication;
  readonly startedAt: number;
  readonly point: StreamPoint;
  /** Null where its past is not remembered. */
  readonly past: Series<keyof StreamPoint> | null;
}

const nothing: ServerFigures = {
  ...{ sessions: 0, streams: 0, viewers: 0, recordings: 0, incoming: 0, outgoing: 0 },
  ...{ cpu: null, processes: [] },
};

/** Reads all figures once a second, and remembers them, whether somebody watches or not. */
export class Sampler {
  /** Of the last sample, ms since 1970. */
  time = 0;
  server: ServerFigures = nothing;
  readonly past = new Series<keyof ServerPoint>(serverKeys);
  /** By name. */
  streams: ReadonlyMap<string, StreamSample> = new Map();
  private at = Number.NaN;

  constructor(
    private readonly sources: FigureSources,
    private readonly clock: () => number,
    private readonly wallClock: () => number,
  ) {}

  sample(): void {
    const now = this.clock();
    // A process that had no time to look leaves a hole, so that what is told is still a second a step.
    const steps = Math.round((now - this.at) / sampleInterval);
    const missed = steps > 1 ? steps - 1 : 0;
    this.at = now;
    this.time = this.wallClock();
    this.sampleStreams(missed);
    this.server = this.sampleServer();
    const { viewers, streams, incoming, outgoing, cpu } = this.server;
    this.past.add({ viewers, streams, incoming, outgoing, cpu }, missed);
  }

  private sampleStreams(missed: number): void {
    const before = this.streams;
    const streams = new Map<string, StreamSample>();
    let histories = 0;
    for (const publication of this.sources.published()) {
      const { name } = publication;
      const publisher = this.sources.figures(publication);
      const viewers: SessionFigures[] = [];
      for (const player of publication.players) {
        const figures = this.sources.figures(player);
        if (figures) viewers.push(figures);
      }
      const point = streamPoint(publisher, viewers);
      const old = before.get(name);
      const known = old?.publication === publication ? old.past : null;
      const past = known ?? (histories < mostHistories ? new Series(streamKeys) : null);
      if (past) histories += 1;
      past?.add(point, known ? missed : 0);
      streams.set(name, { publication, startedAt: publisher?.startedAt ?? this.time, point, past });
    }
    this.streams = streams;
  }

  private sampleServer(): ServerFigures {
    const processes = this.sources.processes().map((one) => ({
      ...one,
      cpu: one.cpu === null ? null : Math.round(one.cpu * 1000) / 1000,
      load: one.load === null ? null : Math.round(one.load * 1000) / 1000,
    }));
    const used = processes.flatMap(({ cpu }) => cpu ?? []);
    const sums = { viewers: 0, incoming: 0, outgoing: 0 };
    for (const { point } of this.streams.values()) {
      sums.viewers += point.viewers ?? 0;
      sums.incoming += point.incoming ?? 0;
      sums.outgoing += point.outgoing ?? 0;
    }
    return {
      sessions: this.sources.sessions(),
      streams: this.streams.size,
      ...sums,
      recordings: this.sources.recorded().size,
      cpu: used.length === 0 ? null : used.reduce((sum, cpu) => sum + cpu, 0),
      processes,
    };
  }
}
