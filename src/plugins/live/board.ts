import type { Publication } from '../../streams/index.js';
import type { Detail, FindingDetail, Gone, History, StreamRow } from './messages.js';
import type { FigureSources, SessionFigures } from './needs.js';
import { RowBook } from './row-book.js';
import { type Sampler, type StreamSample, sampleInterval } from './sampler.js';
import type { Series } from './series.js';
import { sessionDetail } from './session-detail.js';
import { streamRow } from './stream-row.js';

/** Streams that pages are told of, the oldest first: the number of all is among the figures of the server. */
export const mostRows = 1000;
/** Viewers of one stream that are told. */
export const mostViewers = 200;

/** What pages are told, each text made once a second for all of them, and only when one asks. */
export class Board {
  private readonly book = new RowBook();
  /** When the newest edition and details were made: `Sampler.time`. */
  private madeAt = 0;
  private figuresHead = '';
  private readonly details = new Map<Publication, string>();

  constructor(
    private readonly sampler: Sampler,
    private readonly sources: FigureSources,
  ) {}

  /** The edition that `figures` tells of. */
  get edition(): number {
    return this.book.edition;
  }

  find(stream: string): Publication | null {
    return this.sampler.streams.get(stream)?.publication ?? null;
  }

  /** @param edition that the page has; 0 for none */
  figures(edition: number): string {
    this.renew();
    const { changed, ended } = this.book.since(edition);
    return `${this.figuresHead},"changed":[${changed.join()}],"ended":[${ended.join()}]}`;
  }

  /** @param stream null for the server */
  history(stream: string | null): string {
    const { past, streams } = this.sampler;
    const series: Series<string> | null = stream === null ? past : (streams.get(stream)?.past ?? null);
    const message: History = {
      type: 'history',
      stream,
      startedAt: this.sampler.time - Math.max(0, (series?.size ?? 0) - 1) * sampleInterval,
      step: sampleInterval,
      series: series?.read() ?? {},
    };
    return JSON.stringify(message);
  }

  detail(publication: Publication): string {
    this.renew();
    const sample = this.sampler.streams.get(publication.name);
    if (sample?.publication !== publication) return this.gone(publication.name);
    let text = this.details.get(publication);
    if (text === undefined) {
      text = JSON.stringify(this.makeDetail(sample));
      this.details.set(publication, text);
    }
    return text;
  }

  gone(stream: string): string {
    const message: Gone = { type: 'gone', stream };
    return JSON.stringify(message);
  }

  private renew(): void {
    const { time, server } = this.sampler;
    if (this.madeAt === time) return;
    this.madeAt = time;
    this.details.clear();
    this.book.publish(this.rows());
    this.figuresHead = `{"type":"figures","time":${time},"server":${JSON.stringify(server)}`;
  }

  private *rows(): Iterable<StreamRow> {
    const recorded = this.sources.recorded();
    let left = mostRows;
    for (const { publication, point, startedAt } of this.sampler.streams.values()) {
      if (left === 0) return;
      left -= 1;
      const findings = this.sources.diagnose(publication.name) ?? [];
      yield streamRow(publication, point, startedAt, recorded, findings);
    }
  }

  private makeDetail({ publication, point }: StreamSample): Detail {
    const { sources } = this;
    const viewers = [...publication.players].flatMap((player) => {
      const figures = sources.figures(player);
      return figures ? [{ player, figures }] : [];
    });
    viewers.sort((a, b) => worseFirst(a.figures, b.figures));
    return {
      type: 'detail',
      time: this.sampler.time,
      stream: publication.name,
      publisher: sessionDetail(publication, sources.figures(publication), sources),
      viewers: viewers
        .slice(0, mostViewers)
        .map(({ player, figures }) => sessionDetail(player, figures, sources)),
      viewersTotal: viewers.length,
      findings: (sources.diagnose(publication.name) ?? []).map(
        ({ code, severity, text, advice, players }): FindingDetail => ({
          ...{ code, severity, title: text, advice, players },
        }),
      ),
      point,
    };
  }
}

function worseFirst(a: SessionFigures, b: SessionFigures): number {
  return (b.loss ?? -1) - (a.loss ?? -1) || (b.roundTrip ?? -1) - (a.roundTrip ?? -1);
}
