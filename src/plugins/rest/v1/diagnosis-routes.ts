import { z } from 'zod';
import type { RestNeeds } from '../needs.js';
import { Refusal } from '../refusal.js';
import { type Api, notFound } from './api.js';
import { NameParams } from './schemas.js';

const Finding = z
  .object({
    code: z.string().meta({ description: 'Stable; docs/monitoring.md has them all.' }),
    severity: z.enum(['warning', 'notice']),
    text: z.string().meta({ description: 'One sentence, the figure in it.' }),
    value: z.number(),
    unit: z.string(),
    threshold: z.number().meta({ description: 'From where on it is found.' }),
    advice: z.string().meta({ description: 'What to do about it.' }),
    players: z
      .array(z.string())
      .meta({ description: 'Media sessions it is true of; none where of the stream.' }),
  })
  .meta({ id: 'Finding' });

const Diagnosis = z
  .object({ name: z.string(), findings: z.array(Finding) })
  .meta({ id: 'Diagnosis', description: 'What is amiss with a stream, warnings first.' });

/** `/streams/{name}/diagnosis`: why a stream is bad. */
export function addDiagnosisRoutes(api: Api, { diagnose }: RestNeeds): void {
  api.get(
    '/streams/:name/diagnosis',
    {
      schema: {
        tags: ['Streams'],
        summary: 'Why a stream is bad: what is found amiss in its last seconds',
        params: NameParams,
        response: { 200: Diagnosis, ...notFound },
      },
    },
    async ({ params: { name } }) => {
      const findings = diagnose(name);
      if (!findings) throw new Refusal(404, 'No such stream is published.');
      return { name, findings: findings.map((one) => ({ ...one, players: [...one.players] })) };
    },
  );
}
