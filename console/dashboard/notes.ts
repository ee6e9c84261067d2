import { signal } from '@preact/signals';

/** The last thing that was done, for a moment. */
export const note = signal('');

let timer = 0;

/** Says that something has been done; a screen reader hears it. */
export function say(text: string): void {
  window.clearTimeout(timer);
  note.value = text;
  timer = window.setTimeout(() => {
    note.value = '';
  }, 5000);
}

/** Something that is done only once the person has said so. */
export interface Question {
  readonly title: string;
  readonly text: string;
  /** The word of the button that does it. */
  readonly verb: string;
  /** @returns what went wrong, or null */
  run(): Promise<string | null>;
}

export const question = signal<Question | null>(null);

/** A picture to look at and keep. */
export interface Picture {
  readonly title: string;
  readonly url: string;
  readonly fileName: string;
}

export const picture = signal<Picture | null>(null);
