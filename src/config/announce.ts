import { isIP, isIPv6 } from 'node:net';
import type { NetworkInterfaceInfo } from 'node:os';
import type { Config } from './schema.js';

/** An address for candidates: what clients send media to. */
export interface AnnouncedAddress {
  readonly address: string;
  /** The UDP port of the first media process as clients see it; absent when it is the port itself. */
  readonly port?: number;
}

/** Reads `192.0.2.1`, `192.0.2.1:31000`, `[2001:db8::1]` or `[2001:db8::1]:31000`; null when it is none of them. */
export function parseAnnounce(text: string): AnnouncedAddress | null {
  const match = /^(?:\[([^[\]]+)\]|([^[\]:]+))(?::(\d{1,5}))?$/.exec(text);
  if (!match) return null;
  const address = match[1] ?? match[2] ?? '';
  if (isIP(address) !== (match[1] === undefined ? 4 : 6)) return null;
  return match[3] === undefined ? { address } : { address, port: Number(match[3]) };
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
