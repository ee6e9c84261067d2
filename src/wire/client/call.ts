import { z } from 'zod';
import { text } from '../fields.js';

/** What a refusal of `call`, `answer`, `hangup`, `hold`, `unhold`, `sendDtmf` and `transfer` needs (WCS spec B.9). */
export const callReferenceSchema = z.object({ callId: text() });
export type CallReference = z.infer<typeof callReferenceSchema>;
