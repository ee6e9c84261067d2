import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { sendProblem } from '../../admin/index.js';
import { byteRange, isStill } from './byte-range.js';

/** Files of one folder for whoever knows their names; there is no list of them. */
export interface Downloads {
  /** The path in the URL, with a slash at its end. */
  readonly url: string;
  readonly folder: string;
  /** Whether a name is that of a file to give away, and not a path that leads anywhere else. */
  owns(name: string): boolean;
  /**
   * For files that are shown where they are: their media type. The others are only offered to be saved.
   * @param head what the file begins with, 4 KiB at most
   */
  typeOf?(name: string, head: Uint8Array): string;
  /**
   * Asked before anything is looked for: so what is told to those who may not have a file does not say whether it is there.
   * @returns why whoever asks does not get it; null for everybody who does
   */
  admit?(request: FastifyRequest, name: string): Promise<DownloadRefusal | null>;
}

/** As HTTP says it. */
export interface DownloadRefusal {
  readonly status: number;
  readonly detail: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const headSize = 4096;
const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;

/**
 * Gives files away, whole or in part. One that is still being written is as long as it is at the time. Nobody keeps a copy
 * on the way, and of those that are shown only as long as they do not change.
 */
export function addDownloads(app: FastifyInstance, downloads: Downloads): void {
  const handler = async (request: FastifyRequest<{ Params: { name: string } }>, reply: FastifyReply) => {
    const { name } = request.params;
    if (!downloads.owns(name)) return reply.callNotFound();
    const refusal = (await downloads.admit?.(request, name)) ?? null;
    if (refusal) return sendProblem(reply.headers(refusal.headers ?? {}), refusal.status, refusal.detail);
    const file = await openFile(join(downloads.folder, name));
    if (file === null) return reply.callNotFound();
    let handedOver = false;
    try {
      handedOver = await answer(file, downloads, name, request, reply);
    } finally {
      if (!handedOver) await file.close();
    }
    return reply;
  };
  // What answers HEAD where it is left to itself reads the file to its end.
  app.route<{ Params: { name: string } }>({ method: ['GET', 'HEAD'], url: `${downloads.url}:name`, handler });
}

/** Null for what is no file: a link, a folder, a pipe. */
async function openFile(path: string): Promise<FileHandle | null> {
  const file = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK).catch(() => null);
  if (file === null) return null;
  if ((await file.stat()).isFile()) return file;
  await file.close();
  return null;
}

/** @returns whether the file has been handed over, to be closed when it is sent */
async function answer(
  file: FileHandle,
  { typeOf, admit }: Downloads,
  name: string,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<boolean> {
  const { size, mtime, mtimeMs } = await file.stat();
  const etag = `"${size.toString(36)}-${Math.floor(mtimeMs).toString(36)}"`;
  const lastModified = mtime.toUTCString();
  const disposition = typeOf ? 'inline' : 'attachment';
  reply.headers({ etag, 'last-modified': lastModified, 'accept-ranges': 'bytes' });
  reply.header('content-disposition', `${disposition}; ${fileName(name)}`);
  reply.type(typeOf ? typeOf(name, await headOf(file)) : 'application/octet-stream');
  if (typeOf) reply.header('cache-control', admit ? 'private, no-cache' : 'no-cache');

  const { range: wanted, 'if-range': ifRange, 'if-none-match': known } = request.headers;
  if (known === etag) {
    reply.code(304).send();
    return false;
  }
  const range = isStill(headerText(ifRange), etag, lastModified) ? byteRange(wanted, size) : null;
  if (range === 'unsatisfiable') {
    reply.code(416).header('content-range', `bytes */${size}`).type('text/plain').send('');
    return false;
  }
  const { first, last } = range ?? { first: 0, last: size - 1 };
  if (range) reply.code(206).header('content-range', `bytes ${first}-${last}/${size}`);
  reply.header('content-length', last - first + 1);
  if (request.method === 'HEAD' || size === 0) {
    reply.send('');
    return false;
  }
  // Up to there and no further: it may have grown meanwhile.
  reply.send(file.createReadStream({ start: first, end: last }));
  return true;
}

async function headOf(file: FileHandle): Promise<Uint8Array> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(headSize), 0, headSize, 0);
  return buffer.subarray(0, bytesRead);
}

function headerText(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}

/** The parameter of a `Content-Disposition` (RFC 6266), for names of any script in the form of RFC 8187. */
function fileName(name: string): string {
  if (/^[\w.@~-]+$/.test(name)) return `filename="${name}"`;
  const encoded = encodeURIComponent(name).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `filename*=UTF-8''${encoded}`;
}
