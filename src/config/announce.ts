import { isIP, isIPv6 } from 'node:net';
import type { NetworkInterfaceInfo } from 'node:os';
import type { Config } from './schema.js';

/** An address for candidates: what clients send media to. */
export interface AnnouncedAddress {
  readonly address: string;
  /** The port of the first media process as clients see it; absent when it is the port itself. */
  readonly port?: number;
  /** The same of TCP; absent when it is `port`, or the port itself without one. */
  readonly tcpPort?: number;
}

/**
 * Reads `192.0.2.1`, `192.0.2.1:31000`, `192.0.2.1:31000/443`, `[2001:db8::1]`, `[2001:db8::1]:31000` and so on; null
 * when it is none of them.
 */
export function parseAnnounce(text: string): AnnouncedAddress | null {
  const match = /^(?:\[([^[\]]+)\]|([^[\]:/]+))(?::(\d{1,5})(?:\/(\d{1,5}))?)?$/.exec(text);
  if (!match) return null;
  const [, ipv6, other = '', port, tcpPort] = match;
  const address = ipv6 ?? other;
  if (isIP(address) !== (ipv6 === undefined ? 4 : 6)) return null;
  return {
    address,
    ...(port === undefined ? {} : { port: Number(port) }),
    ...(tcpPort === undefined ? {} : { tcpPort: Number(tcpPort) }),
  };
}

/** How `parseAnnounce` would read it. */
export function announceText({ address, port, tcpPort }: AnnouncedAddress): string {
  const host = isIPv6(address) && port !== undefined ? `[${address}]` : address;
  return `${host}${port === undefined ? '' : `:${port}`}${tcpPort === undefined ? '' : `/${tcpPort}`}`;
}

/** The ports that a media process has bound; `tcp` 0 without TCP. */
interface BoundPorts {
  readonly udp: number;
  readonly tcp: number;
}

/**
 * Where clients send media to: every announced address over UDP, then over TCP if it is there.
 * @param index of the media process
 */
export function mediaAddresses(
  announced: readonly AnnouncedAddress[],
  { udp, tcp }: BoundPorts,
  index: number,
): { protocol: 'udp' | 'tcp'; address: string; port: number }[] {
  const over = (
    protocol: 'udp' | 'tcp',
    bound: number,
    mapped: (one: AnnouncedAddress) => number | undefined,
  ) =>
    announced.map((one) => {
      const first = mapped(one);
      return { protocol, address: one.address, port: first === undefined ? bound : first + index };
    });
  const overUdp = over('udp', udp, ({ port }) => port);
  if (tcp === 0) return overUdp;
  // A mapping of one number serves both protocols where both have one number; a TCP port of its own is mapped on its own.
  return [
    ...overUdp,
    ...over('tcp', tcp, ({ port, tcpPort }) => tcpPort ?? (tcp === udp ? port : undefined)),
  ];
}

/**
 * The addresses to announce in candidates: those of the configuration, or the host if it is one address, or every
 * address of the machine that the host covers, IPv4 first, without loopback and link-local ones; 127.0.0.1 when none
 * is left.
 * @param networkInterfaces what `os.networkInterfaces()` returns
 */
export function announcedAddresses(
  config: Pick<Config, 'announce' | 'host'>,
  networkInterfaces: Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>,
): readonly AnnouncedAddress[] {
  if (config.announce.length > 0) return config.announce;
  const everyIpv4 = config.host === '0.0.0.0';
  const everyAddress = /^[:0]+$/.test(config.host);
  if (!everyIpv4 && !everyAddress) return [{ address: withoutZone(config.host) }];
  const usable = Object.values(networkInterfaces)
    .flatMap((infos) => infos ?? [])
    .filter((info) => !info.internal)
    .map((info) => withoutZone(info.address))
    .filter((address) => !isLinkLocal(address));
  const unique = [...new Set(usable)];
  const ipv4 = unique.filter((address) => !isIPv6(address));
  // A socket bound to 0.0.0.0 hears no IPv6.
  const ipv6 = everyAddress ? unique.filter((address) => isIPv6(address)) : [];
  const found = [...ipv4, ...ipv6];
  return (found.length > 0 ? found : ['127.0.0.1']).map((address) => ({ address }));
}

function withoutZone(address: string): string {
  return address.replace(/%.*$/, '');
}

/** RFC 3927 (169.254/16) and RFC 4291 section 2.5.6 (fe80::/10). */
function isLinkLocal(address: string): boolean {
  return /^169\.254\.|^fe[89ab][0-9a-f]:/i.test(address);
}
