import { constants } from 'node:fs';
import { open, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { type Logger, reasonOf } from '../../kit/index.js';

const schema = z.object({ version: z.literal(1), streamName: z.string() });
/** What lies beside a recording as long as it is not finished has the name elsewhere. */
const unfinished = z.object({ values: z.object({ streamName: z.string() }) });

const largest = 1 << 16;
const mostRemembered = 1000;
/** How long the end of the server waits for a disk that does not take them, ms. */
const notesAtEnd = 500;

/** The hidden file beside a finished recording that says whose it is. */
export function streamFileOf(name: string): string {
  return `.${name}.stream.json`;
}

/** Which stream each recording is of, beyond the life of the server: a file's own name need not tell. */
export class KnownStreams {
  /** The newest: what is on the disk in a moment is asked for at once. */
  private readonly remembered = new Map<string, string>();
  private readonly writing = new Set<Promise<void>>();

  constructor(
    private readonly folder: string,
    private readonly log: Logger,
  ) {}

  /** A recording is finished. Never throws. */
  note(name: string, streamName: string): void {
    const [oldest] = this.remembered.keys();
    if (this.remembered.size >= mostRemembered && oldest !== undefined) this.remembered.delete(oldest);
    this.remembered.set(name, streamName);
    const text = JSON.stringify({ version: 1, streamName } satisfies z.infer<typeof schema>);
    const written = writeFile(join(this.folder, streamFileOf(name)), text)
      .catch((error) =>
        this.log.warn(
          { file: name, reason: reasonOf(error) },
          'whose recording a file is could not be noted',
        ),
      )
      .finally(() => this.writing.delete(written));
    this.writing.add(written);
  }

  /** Resolves when all that was noted is on the disk, or in time. Never rejects. */
  async settled(): Promise<void> {
    await Promise.race([Promise.all(this.writing), sleep(notesAtEnd, undefined, { ref: false })]);
  }

  /** @param name of a recording, checked; null where nobody knows. Never rejects */
  async of(name: string): Promise<string | null> {
    const known = this.remembered.get(name);
    if (known !== undefined) return known;
    const noted = schema.safeParse(await this.read(streamFileOf(name)));
    if (noted.success) return noted.data.streamName;
    const running = unfinished.safeParse(await this.read(`.${name}.recording.json`));
    return running.success ? running.data.values.streamName : null;
  }

  async forget(name: string): Promise<void> {
    this.remembered.delete(name);
    await rm(join(this.folder, streamFileOf(name)), { force: true }).catch(() => {});
  }

  private async read(name: string): Promise<unknown> {
    const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
    try {
      const file = await open(join(this.folder, name), O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
      try {
        const { size } = await file.stat();
        return size > largest ? null : JSON.parse(await file.readFile('utf8'));
      } finally {
        await file.close();
      }
    } catch {
      return null;
    }
  }
}
