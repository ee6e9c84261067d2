import { z } from 'zod';
import { optionalAmount, optionalFlag, optionalObject, optionalText, text, texts } from '../fields.js';

/**
 * `connection`, the first message of a session (WCS spec B.1). Everything is optional: a mobile client that comes back
 * sends `authToken` and `keepAlive` alone (I).
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
  msePacketizationVersion: optionalAmount(),
  /** For the backend's `connect` hook, verbatim. */
  custom: optionalObject(),
  clientInfo: optionalObject(),
  sipLogin: optionalText(),
  sipAuthenticationName: optionalText(),
  sipPassword: optionalText(),
  sipDomain: optionalText(),
  sipOutboundProxy: optionalText(),
  sipProxy: optionalText(),
  sipPort: optionalAmount(),
  sipRegisterRequired: optionalFlag(),
  sipContactParams: optionalText(),
  /** iOS: the push token, in the SDK's own spelling. */
  noticationToken: optionalText(),
  /** iOS: the bundle id. */
  appId: optionalText(),
});
export type Connection = z.infer<typeof connectionSchema>;

/** `connectMediaTransport`, the only message of a media socket (WCS spec F.1). */
export const mediaTransportSchema = z.object({ authToken: text() });
export type MediaTransport = z.infer<typeof mediaTransportSchema>;

/** `ping` and `pong` carry null, or nothing at all on a media socket (WCS spec A.2, A.5). */
export const heartbeatSchema = z.object({});
export type Heartbeat = z.infer<typeof heartbeatSchema>;
