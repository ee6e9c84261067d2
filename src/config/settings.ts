import { z } from 'zod';
import type { Kind } from './kinds.js';
import { configSchema } from './schema.js';
import { type GroupNotes, groupNotes, settingNotes } from './setting.js';

/** One leaf of the schema with the names that it has in every layer. */
export interface Setting {
  /** Path in a file, such as `['codecs', 'video']`. */
  readonly path: readonly string[];
  /** The path as people read it: `codecs.video`. */
  readonly key: string;
  /** `--codecs-video` */
  readonly flag: string;
  /** `SLUICE_CODECS_VIDEO` */
  readonly variable: string;
  readonly schema: z.ZodType;
  readonly kind: Kind;
  readonly description: string;
  /** The default as text for people. */
  readonly defaultText: string;
  readonly group: GroupNotes;
}

/** Every setting, in the order of the schema. */
export const settings: readonly Setting[] = [...leaves(configSchema, [])];

/** The paths of the groups, such as `codecs`. */
export const groupKeys: readonly string[] = [
  ...new Set(settings.filter(({ path }) => path.length > 1).map(({ path }) => path.slice(0, -1).join('.'))),
];

export const settingByKey = new Map(settings.map((setting) => [setting.key, setting]));
export const settingByFlag = new Map(settings.map((setting) => [setting.flag, setting]));
export const settingByVariable = new Map(settings.map((setting) => [setting.variable, setting]));

function* leaves(schema: z.ZodObject, parents: readonly string[]): Generator<Setting> {
  const group = groupNotes.get(schema);
  for (const [name, inner] of Object.entries(schema.shape) as [string, z.ZodType][]) {
    const path = [...parents, name];
    if (inner instanceof z.ZodObject) {
      yield* leaves(inner, path);
      continue;
    }
    const notes = settingNotes.get(inner);
    if (!notes || !group) throw new TypeError(`the schema does not describe ${path.join('.')}`);
    const words = path.flatMap((part) => part.replace(/[A-Z]/g, (letter) => `-${letter}`).split('-'));
    yield {
      path,
      key: path.join('.'),
      flag: `--${words.join('-').toLowerCase()}`,
      variable: `SLUICE_${words.join('_').toUpperCase()}`,
      schema: inner,
      kind: notes.kind,
      description: notes.description,
      defaultText: notes.defaultText ?? textOf(inner.parse(undefined)),
      group,
    };
  }
}

function textOf(value: unknown): string {
  return Array.isArray(value) ? value.join(',') : String(value);
}
