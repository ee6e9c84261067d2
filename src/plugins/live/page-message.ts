import type { PageMessage } from './messages.js';

/** Bytes. */
export const longestPageMessage = 8192;
/** Characters; no stream has a longer name. */
const longestName = 4096;

/** @returns null for what is no message, or none that is known */
export function readPageMessage(text: string): PageMessage | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null) return null;
  const { type, stream } = value as Readonly<Record<string, unknown>>;
  if (type === 'unwatch') return { type };
  if (type !== 'watch' || typeof stream !== 'string') return null;
  return stream.length > 0 && stream.length <= longestName ? { type, stream } : null;
}
