import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { z } from 'zod';
import * as schemas from './schemas.js';

/** A scope whose routes are typed and checked by their schemas. */
export type Api = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;

export const problem = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: schemas.Problem } },
});

/** The problems that each request can meet. */
export const problems = {
  400: problem('The request is not understood.'),
  401: problem('Credentials are needed, or not valid.'),
  403: problem('Not allowed.'),
  429: problem('Too many failed attempts.'),
};
export const notFound = { ...problems, 404: problem('There is no such thing.') };

/** One page of what there is. */
export function paginate<Item, View>(
  found: readonly Item[],
  { limit, offset }: z.output<typeof schemas.Page>,
  view: (item: Item) => View,
) {
  return {
    items: found.slice(offset, offset + limit).map(view),
    total: found.length,
    limit,
    offset,
  };
}
