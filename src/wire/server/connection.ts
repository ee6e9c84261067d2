import type { Connection } from '../client/connection.js';
import { SessionStatus } from '../constants.js';
import { frame } from './frame.js';

export interface UserData {
  /** Opaque to the client, and the only credential of its media sockets: unguessable. */
  readonly authToken: string;
  /** The client's own; it gets back what it said about itself, never the SIP password. */
  readonly connection: Connection;
  /** The session outlives the socket. */
  readonly keepAlive?: boolean;
  /** The client's login for calls, where the backend gave it one. */
  readonly login?: string;
  /** What plugins add, such as `webRTCMetricsServerDescription`. */
  readonly more?: Readonly<Record<string, unknown>>;
}

/** Acknowledges `connection`; the object replaces the SDK's connection settings (WCS spec C.1). */
export function getUserData({ authToken, connection, keepAlive = false, login, more }: UserData): string {
  return frame('getUserData', {
    useWsTunnel: false,
    useWsTunnelPacketization2: false,
    useBase64BinaryEncoding: false,
    mediaProviders: connection.mediaProviders,
    authToken,
    status: SessionStatus.ESTABLISHED,
    clientVersion: connection.clientVersion,
    clientOSVersion: connection.clientOSVersion,
    clientBrowserVersion: connection.clientBrowserVersion,
    forceLogger: false,
    keepAlive,
    login,
    sipLogin: connection.sipLogin,
    sipAuthenticationName: connection.sipAuthenticationName,
    sipDomain: connection.sipDomain,
    sipOutboundProxy: connection.sipOutboundProxy,
    sipPort: connection.sipPort,
    sipRegisterRequired: connection.sipRegisterRequired,
    ...more,
  });
}

/** Follows `getUserData`; only older clients keep it (WCS spec C.2). */
export function getVersion(version: string): string {
  return frame('getVersion', version);
}

/** The client answers with `pong` at once (WCS spec A.5). */
export function ping(): string {
  return PING;
}

const PING = frame('ping');
