import { z } from 'zod';
import type { Kind } from './kinds.js';

/** What a person reads about a setting, beside its kind. */
export interface SettingNotes {
  readonly kind: Kind;
  readonly description: string;
  /** The default in words, where its value depends on the machine. */
  readonly defaultText?: string;
}

export interface GroupNotes {
  readonly title: string;
  readonly description: string;
}

export const settingNotes = new Map<z.ZodType, SettingNotes>();
export const groupNotes = new Map<z.ZodType, GroupNotes>();

export const kib = 1024;
export const mib = 1024 * kib;
export const gib = 1024 * mib;
export const tib = 1024 * gib;
export const second = 1000;
export const minute = 60 * second;
export const hour = 60 * minute;
export const day = 24 * hour;

/** A setting: its kind, its default and what the reference says of it. */
export function setting<Value>(
  kind: Kind<Value>,
  fallback: Value | (() => Value),
  description: string,
  defaultText?: string,
): z.ZodDefault<z.ZodType<Value>> {
  const schema = kind.schema.default(fallback as never);
  settingNotes.set(schema, { kind, description, ...(defaultText === undefined ? {} : { defaultText }) });
  return schema;
}

/** A group of settings with its heading in the reference. */
export function group<Shape extends z.ZodRawShape>(
  notes: GroupNotes,
  shape: Shape,
): z.ZodObject<Shape, z.core.$strict> {
  const schema = z.strictObject(shape);
  groupNotes.set(schema, notes);
  return schema;
}
