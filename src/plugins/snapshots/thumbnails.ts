import type { Publication } from '../../streams/index.js';
import { StreamInfo } from '../../wire/index.js';

/** How long a picture does, ms; and a failure, lest each page that asks has it tried again. */
const freshFor = 10_000;
/** Each takes a process. */
const mostAtOnce = 2;

interface Entry {
  readonly picture: Promise<Buffer>;
  /** When it was asked for, ms. */
  readonly at: number;
}

/** Small pictures of streams, made once for all who ask within some seconds, few at a time. */
export class Thumbnails {
  private readonly entries = new WeakMap<Publication, Entry>();
  private running = 0;

  /** @param clock ms */
  constructor(
    private readonly take: (publication: Publication) => Promise<Buffer>,
    private readonly clock: () => number,
  ) {}

  /** @throws (rejects) Error as `take` does, and when too many are being made */
  async of(publication: Publication): Promise<Buffer> {
    const known = this.entries.get(publication);
    if (known && this.clock() - known.at < freshFor) return known.picture;
    if (this.running >= mostAtOnce) throw new Error(StreamInfo.NO_AVAILABLE_TRANSCODERS);
    this.running += 1;
    const picture = this.take(publication).finally(() => {
      this.running -= 1;
    });
    this.entries.set(publication, { picture, at: this.clock() });
    return picture;
  }
}
