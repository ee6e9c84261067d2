/** A part of a file: from its first to its last byte, both included. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

/**
 * The part that a `Range` header asks for (RFC 9110 section 14.1.2): one range of bytes.
 * @param size of the file, bytes
 * @returns null for the whole file: no header, several ranges, or what is no range; 'unsatisfiable' for a part that the
 *   file does not have
 */
export function byteRange(header: string | undefined, size: number): ByteRange | 'unsatisfiable' | null {
  const match = /^bytes=[ \t]*(\d{0,15})-(\d{0,15})[ \t]*$/i.exec(header ?? '');
  if (match === null) return null;
  const [from, to] = [match[1]!, match[2]!];
  if (from === '' && to === '') return null;
  if (from === '') {
    const length = Math.min(size, Number(to));
    return length === 0 ? 'unsatisfiable' : { first: size - length, last: size - 1 };
  }
  const first = Number(from);
  if (to !== '' && Number(to) < first) return null;
  if (first >= size) return 'unsatisfiable';
  return { first, last: to === '' ? size - 1 : Math.min(size - 1, Number(to)) };
}

/**
 * Whether what a client has of a file is still that file (RFC 9110 section 13.1.5), so that the rest of it will do.
 * @param header `If-Range`: an entity tag or a date; without it the client does not mind
 */
export function isStill(header: string | undefined, etag: string, lastModified: string): boolean {
  return header === undefined || header === etag || header === lastModified;
}
