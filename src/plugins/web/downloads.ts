import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';

/** Files of one folder for whoever knows their names; there is no list of them. */
export interface Downloads {
  /** The path in the URL, with a slash at its end. */
  readonly url: string;
  readonly folder: string;
  /** Whether a name is that of a file to give away, and not a path that leads anywhere else. */
  owns(name: string): boolean;
}

/** The files are offered to be saved, never shown, and nobody keeps a copy on the way. */
export function addDownloads(app: FastifyInstance, { url, folder, owns }: Downloads): void {
  app.get<{ Params: { name: string } }>(`${url}:name`, async (request, reply) => {
    const { name } = request.params;
    const file = owns(name) ? await open(join(folder, name)).catch(() => null) : null;
    if (file === null) return reply.callNotFound();
    const { size } = await file.stat();
    reply.header('content-disposition', `attachment; filename="${name}"`).header('content-length', size);
    return reply.type('application/octet-stream').send(file.createReadStream());
  });
}
