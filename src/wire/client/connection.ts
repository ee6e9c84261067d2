import { z } from 'zod';
import { optionalAmount, optionalFlag, optionalObject, optionalText, text, texts } from '../fields.js';

/**
 * `connection`, the first message of a session (WCS spec B.1). Everything is optional: a mobile client that comes back
 * sends `authToken` and `keepAlive` alone (I). Of the SIP account there is what the client gets back; the password is
 * not even kept.
 */
export const connectionSchema = z.object({
  appKey: text('defaultApp'),
  /** In order of preference: WebRTC, MSE, WSPlayer, Flash. */
  mediaProviders: texts(),
  keepAlive: optionalFlag(),
  authToken: optionalText(),
  clientVersion: text(),
  clientOSVersion: text(),
  clientBrowserVersion: text(),
  /** For the backend's `connect` hook, verbatim. */
  custom: optionalObject(),
  sipLogin: optionalText(),
  sipAuthenticationName: optionalText(),
  sipDomain: optionalText(),
  sipOutboundProxy: optionalText(),
  sipPort: optionalAmount(),
  sipRegisterRequired: optionalFlag(),
});
export type Connection = z.infer<typeof connectionSchema>;

/** `connectMediaTransport`, the first message of a media socket (WCS spec F.1): whose it is. */
export const mediaTransportSchema = z.object({ authToken: text() });

/** Messages whose fields nobody reads: `ping` and `pong` (WCS spec A.2, A.5). */
export const emptySchema = z.object({});
export type Empty = z.infer<typeof emptySchema>;
