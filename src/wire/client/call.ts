import { z } from 'zod';
import { flag, optionalObject, optionalText, text, texts } from '../fields.js';

const callFields = {
  callId: text(),
  incoming: flag(),
  hasVideo: flag(),
  hasAudio: flag(),
  status: text(),
  mediaProvider: text('WebRTC'),
  sdp: text(),
  sipSDP: texts(),
  caller: text(),
  callee: text(),
  custom: optionalObject(),
  localMediaInfo: optionalObject(),
};

/** `call` (WCS spec B.9). */
export const callSchema = z.object({
  ...callFields,
  visibleName: optionalText(),
  /** Mobile SDKs: more parameters for the INVITE. */
  inviteParameters: optionalObject(),
});
export type Call = z.infer<typeof callSchema>;

/** `answer` (WCS spec B.9). */
export const answerSchema = z.object(callFields);
export type Answer = z.infer<typeof answerSchema>;

/** `hangup` and `unhold` (WCS spec B.9). */
export const callReferenceSchema = z.object({ callId: text() });
export type CallReference = z.infer<typeof callReferenceSchema>;

/** `hold` (WCS spec B.9). */
export const holdSchema = z.object({ callId: text(), holdForTransfer: flag() });
export type Hold = z.infer<typeof holdSchema>;

/** `sendDtmf` (WCS spec B.9); `type` is RFC2833, INFO or INFO_RELAY. */
export const sendDtmfSchema = z.object({ callId: text(), type: text('RFC2833'), dtmf: text() });
export type SendDtmf = z.infer<typeof sendDtmfSchema>;

/** `transfer` (WCS spec B.9). */
export const transferSchema = z.object({ callId: text(), target: text() });
export type Transfer = z.infer<typeof transferSchema>;
