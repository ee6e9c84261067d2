import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';

/** Longest text of a batch after decompression, bytes. */
const maxUnpacked = 1024 * 1024;
const maxHeaders = 64 * 1024;
const maxColumns = 1024;

const unzip = promisify(gunzip);

/**
 * The columns of the batches that follow, each `type.id.name`. What has not three parts is left out: the SDK sends it in
 * the description, and no value for it.
 * @returns null when there are none, or too many
 */
export function columnsOf(headers: string): readonly string[] | null {
  if (headers.length > maxHeaders) return null;
  const columns = headers.split(',').filter((header) => header.split('.').length === 3);
  return columns.length === 0 || columns.length > maxColumns ? null : columns;
}

/**
 * The rows of a batch (WCS spec B.11): values joined by ';', one row a sample.
 * @param metrics a JSON array of texts, or base64 of it gzipped
 * @throws (rejects) Error when it is none, or larger than a megabyte
 */
export async function unpack(metrics: string, compression: string): Promise<readonly unknown[]> {
  const json = compression === 'gzip' ? await unzipped(metrics) : metrics;
  const rows: unknown = JSON.parse(json);
  if (!Array.isArray(rows)) throw new Error('the batch is no array');
  return rows;
}

async function unzipped(base64: string): Promise<string> {
  const bytes = await unzip(Buffer.from(base64, 'base64'), { maxOutputLength: maxUnpacked });
  return bytes.toString();
}

export type Value = string | number | boolean;

/**
 * The values of each row, an empty one being that of the row above. Ends at the first row that does not fit its columns:
 * those below cannot be told either.
 */
export function* samples(
  rows: readonly unknown[],
  columns: readonly string[],
): Generator<Record<string, Value>> {
  let above: readonly string[] = [];
  for (const row of rows) {
    if (typeof row !== 'string') return;
    const values = row.split(';', columns.length + 1);
    if (values.length !== columns.length) return;
    above = values.map((value, column) => (value === '' ? (above[column] ?? '') : value));
    yield Object.fromEntries(columns.map((name, column) => [name, typed(above[column] ?? '')]));
  }
}

/** Numbers and booleans as such where the text says exactly them. */
function typed(text: string): Value {
  if (text === 'true' || text === 'false') return text === 'true';
  const number = Number(text);
  return Number.isFinite(number) && String(number) === text ? number : text;
}
