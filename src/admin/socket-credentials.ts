import type { IncomingMessage } from 'node:http';

/**
 * The prefix of a subprotocol that carries credentials: pages cannot set `Authorization` of a WebSocket, and what is in a
 * URL ends up in logs. Behind it comes the header's value, `Bearer TOKEN` or another, in base64url without padding.
 */
const prefix = 'sluice.auth.';
const longestProtocols = 8192;

/** The credentials of a request to upgrade to a WebSocket: its header, else those among its subprotocols. */
export function socketAuthorization({ headers }: IncomingMessage): string | undefined {
  if (headers.authorization !== undefined) return headers.authorization;
  const protocols = headers['sec-websocket-protocol'] ?? '';
  if (protocols.length > longestProtocols) return undefined;
  const found = protocols
    .split(',')
    .map((each) => each.trim())
    .find((each) => each.startsWith(prefix));
  return found === undefined ? undefined : Buffer.from(found.slice(prefix.length), 'base64url').toString();
}
