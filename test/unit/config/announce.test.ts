import type { NetworkInterfaceInfo } from 'node:os';
import { describe, expect, it } from 'vitest';
import { announcedAddresses } from '../../../src/config/index.js';

function info(address: string, internal = false): NetworkInterfaceInfo {
  const rest = { address, netmask: '', mac: '', internal, cidr: null };
  return address.includes(':') ? { ...rest, family: 'IPv6', scopeid: 0 } : { ...rest, family: 'IPv4' };
}

const machine = {
  lo: [info('127.0.0.1', true), info('::1', true)],
  eth0: [info('fe80::1'), info('2001:db8::1'), info('192.0.2.1')],
  eth1: [info('169.254.7.7'), info('198.51.100.1'), info('192.0.2.1'), info('febf::1%eth1')],
  gone: undefined,
};

const addresses = (host: string, interfaces = machine as Parameters<typeof announcedAddresses>[1]) =>
  announcedAddresses({ host, announce: [] }, interfaces);

describe('announcedAddresses', () => {
  it('is the announce list when there is one', () => {
    const announce = [{ address: '203.0.113.1', port: 5000 }, { address: '2001:db8::9' }];
    expect(announcedAddresses({ host: '0.0.0.0', announce }, machine)).toEqual(announce);
  });

  it('is the host when that is one address', () => {
    expect(addresses('127.0.0.1')).toEqual([{ address: '127.0.0.1' }]);
    expect(addresses('fe80::1%eth0')).toEqual([{ address: 'fe80::1' }]);
  });

  it('is every IPv4 address for 0.0.0.0, without loopback and link-local ones', () => {
    expect(addresses('0.0.0.0')).toEqual([{ address: '192.0.2.1' }, { address: '198.51.100.1' }]);
  });

  it.each(['::', '0::0', '0:0:0:0:0:0:0:0'])('is every address for %s, IPv4 first', (host) => {
    expect(addresses(host)).toEqual([
      { address: '192.0.2.1' },
      { address: '198.51.100.1' },
      { address: '2001:db8::1' },
    ]);
  });

  it('falls back to loopback', () => {
    expect(addresses('0.0.0.0', {})).toEqual([{ address: '127.0.0.1' }]);
    expect(addresses('::', { lo: machine.lo })).toEqual([{ address: '127.0.0.1' }]);
  });
});
