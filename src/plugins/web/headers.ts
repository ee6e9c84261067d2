/**
 * The headers of every answer. The content security policy lets a page use what this server serves and its WebSocket,
 * and nothing of any other host.
 * @param host the page's host as the browser asked for it, without the port; null when it is not plain
 * @param wsPort the port of the WebSocket server
 * @param wssPort its port with TLS; a proxy may provide it on the plain one's number
 * @param embedFrom for the page that others embed: the origins of theirs, or `*`; null for all other pages
 */
export function securityHeaders(
  host: string | null,
  wsPort: number,
  wssPort = wsPort,
  embedFrom: readonly string[] | null = null,
): Record<string, string> {
  // A policy has no syntax for IPv6 addresses (CSP level 3, section 2.3.1): there any host with the port must do.
  const named = host?.startsWith('[') ? '*' : host;
  const sockets = named === null ? [] : [`ws://${named}:${wsPort}`, `wss://${named}:${wssPort}`];
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "media-src 'self' blob:",
    "worker-src 'self' blob:",
    "frame-src 'self'",
    `connect-src ${["'self'", ...sockets].join(' ')}`,
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    `frame-ancestors ${embedFrom === null ? "'self'" : frameAncestors(embedFrom)}`,
  ];
  const devices = embedFrom === null ? '(self)' : '()';
  return {
    'content-security-policy': policy.join('; '),
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'permissions-policy': `camera=${devices}, microphone=${devices}, display-capture=${devices}, autoplay=(self), fullscreen=(self), geolocation=()`,
  };
}

/** Who may frame the player for pages of others (CSP level 3, section 6.4.2); this server's own pages always may. */
function frameAncestors(embedFrom: readonly string[]): string {
  return embedFrom.includes('*') ? '*' : ["'self'", ...embedFrom].join(' ');
}

/**
 * The host of a `Host` header without its port, or null when it is anything but a name, an IPv4 address or an IPv6
 * address in brackets, so that nothing else reaches the policy.
 */
export function plainHost(header: string | undefined): string | null {
  const match = /^([a-z0-9](?:[a-z0-9.-]{0,252})|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?$/i.exec(header ?? '');
  return match?.[1] ?? null;
}
