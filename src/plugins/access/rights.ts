import { z } from 'zod';
import { Patterns } from './patterns.js';

/** Bounds what one rule or token can say; names of streams are not longer by default. */
const patterns = z.array(z.string().min(1).max(256)).max(100);

/** As they are written, in claims and in rules. */
export const rightsSchema = z.object({ publish: patterns.default([]), play: patterns.default([]) });

/** Which streams somebody may publish and play. */
export class Rights {
  private readonly publish: Patterns;
  private readonly play: Patterns;

  constructor({ publish, play }: z.output<typeof rightsSchema>) {
    this.publish = new Patterns(publish);
    this.play = new Patterns(play);
  }

  allow(kind: 'publish' | 'play', streamName: string): boolean {
    return this[kind].matches(streamName);
  }
}
