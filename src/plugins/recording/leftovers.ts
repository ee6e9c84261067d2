import { setTimeout as sleep } from 'node:timers/promises';
import { findLeftovers, finishLeftovers, type RecoveredFile } from '../../egress/index.js';
import { type Logger, reasonOf } from '../../kit/index.js';

/**
 * Looks for recordings that a crash left unfinished, and makes them whole. What is left is told from what is written by
 * the moment: nobody may begin a recording until `listed` has resolved.
 */
export class LeftoverFinisher {
  /** Never rejects. */
  listed: Promise<unknown> = Promise.resolve();
  private last: Promise<void> = Promise.resolve();

  constructor(
    private readonly folder: string,
    private readonly onFile: (file: RecoveredFile) => void,
    private readonly log: Logger,
  ) {}

  /** @param delay before what has been found is touched, ms: whoever wrote it may still be about to finish it */
  collect(delay: number): void {
    const found = findLeftovers(this.folder).catch((error) => {
      this.log.warn(
        { folder: this.folder, reason: reasonOf(error) },
        'the recordings cannot be looked through',
      );
      return [];
    });
    this.listed = found;
    this.last = this.last.then(async () => this.finish(await found, delay));
  }

  /** Resolves when everything found so far is whole. */
  async settled(): Promise<void> {
    await this.last;
  }

  private async finish(names: readonly string[], delay: number): Promise<void> {
    if (names.length === 0) return;
    await sleep(delay, undefined, { ref: false });
    const { recovered, failed } = await finishLeftovers(this.folder, { names });
    for (const file of recovered) this.onFile(file);
    for (const { name, reason } of failed)
      this.log.error({ file: name, reason }, 'an unfinished recording could not be made whole');
  }
}
