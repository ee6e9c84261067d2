import { z } from 'zod';
import { anything, text } from '../fields.js';

/** `sendStreamEvent` (WCS spec B.7); `payload` is any JSON, absent unless `type` is 'data'. */
export const sendStreamEventSchema = z.object({ mediaSessionId: text(), type: text(), payload: anything() });
export type SendStreamEvent = z.infer<typeof sendStreamEventSchema>;

/** `sendData` (WCS spec B.8), which also carries the Room API. */
export const sendDataSchema = z.object({ operationId: text(), payload: anything() });
export type SendData = z.infer<typeof sendDataSchema>;

/** `DataStatusEvent`: how older clients acknowledge an `OnDataEvent` (WCS spec C.8). */
export const dataStatusSchema = z.object({ operationId: text(), status: text() });
export type DataStatus = z.infer<typeof dataStatusSchema>;
