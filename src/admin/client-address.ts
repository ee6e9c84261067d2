import type { IncomingMessage } from 'node:http';
import { BlockList, isIP, isIPv4, isIPv6 } from 'node:net';
import { plainAddress } from '../kit/index.js';

/** Headers by which a proxy says for whom it asks. */
const forwardingHeaders = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via'];
const mostHops = 32;

/** Tells addresses apart: this machine's own, those of trusted proxies, and all others. */
export class ClientAddresses {
  private readonly trusted = new BlockList();
  private readonly loopback = new BlockList();

  /** @param trustedProxies addresses and networks (CIDR) */
  constructor(trustedProxies: readonly string[]) {
    for (const text of trustedProxies) {
      const [address = '', bits] = text.split('/');
      const family = isIPv6(address) ? 'ipv6' : 'ipv4';
      if (bits === undefined) this.trusted.addAddress(address, family);
      else this.trusted.addSubnet(address, Number(bits), family);
    }
    this.loopback.addSubnet('127.0.0.0', 8, 'ipv4');
    this.loopback.addAddress('::1', 'ipv6');
  }

  /** Who asks: the other end, or what trusted proxies say it was. '' when the connection has gone. */
  of(request: IncomingMessage): string {
    let address = plainAddress(request.socket.remoteAddress ?? '');
    const chain = String(request.headers['x-forwarded-for'] ?? '').split(',');
    for (const hop of chain.slice(-mostHops).reverse()) {
      const before = plainAddress(hop.trim());
      if (isIP(before) === 0 || !has(this.trusted, address)) break;
      address = before;
    }
    return address;
  }

  /**
   * Whether this machine asks, and not a proxy on it that asks for others. A proxy that passes nothing on about them is
   * known by speaking HTTP/1.0, which nobody else does.
   */
  isLocal(request: IncomingMessage): boolean {
    if (request.httpVersionMajor === 1 && request.httpVersionMinor === 0) return false;
    if (forwardingHeaders.some((name) => request.headers[name] !== undefined)) return false;
    return has(this.loopback, plainAddress(request.socket.remoteAddress ?? ''));
  }
}

function has(list: BlockList, address: string): boolean {
  if (isIPv4(address)) return list.check(address, 'ipv4');
  return isIPv6(address) && list.check(address, 'ipv6');
}
