import type { NetworkInterfaceInfo } from 'node:os';
import { describe, expect, it } from 'vitest';
import { parseAnnounce } from '../../../src/config/announce.js';
import { announcedAddresses, announceText, mediaAddresses } from '../../../src/config/index.js';

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

describe('parseAnnounce and announceText', () => {
  it.each([
    ['192.0.2.1', { address: '192.0.2.1' }],
    ['192.0.2.1:31000', { address: '192.0.2.1', port: 31_000 }],
    ['192.0.2.1:31000/443', { address: '192.0.2.1', port: 31_000, tcpPort: 443 }],
    ['[2001:db8::1]:31000/443', { address: '2001:db8::1', port: 31_000, tcpPort: 443 }],
  ])('read and write %s', (text, announced) => {
    expect(parseAnnounce(text)).toEqual(announced);
    expect(announceText(announced)).toBe(text);
  });

  it.each([
    '192.0.2.1/443',
    '192.0.2.1:/443',
    '192.0.2.1:1/',
    '192.0.2.1:1/2/3',
    '192.0.2.1:1/x',
    '2001:db8::1',
  ])('do not read %s', (text) => {
    expect(parseAnnounce(text)).toBeNull();
  });

  it('write an IPv6 address alone without brackets', () => {
    expect(announceText({ address: '2001:db8::1' })).toBe('2001:db8::1');
  });
});

describe('mediaAddresses', () => {
  const lines = (announce: string, ports: { udp: number; tcp: number }, index = 0) =>
    mediaAddresses(
      announce.split(',').map((text) => parseAnnounce(text)!),
      ports,
      index,
    ).map(({ protocol, address, port }) => `${protocol} ${address} ${port}`);

  it('are the bound ports where no port is announced', () => {
    expect(lines('192.0.2.1,[2001:db8::1]', { udp: 31_000, tcp: 31_000 })).toEqual([
      'udp 192.0.2.1 31000',
      'udp 2001:db8::1 31000',
      'tcp 192.0.2.1 31000',
      'tcp 2001:db8::1 31000',
    ]);
  });

  it('are an announced port for both protocols, counted up with the media processes', () => {
    expect(lines('192.0.2.1:40000', { udp: 31_002, tcp: 31_002 }, 2)).toEqual([
      'udp 192.0.2.1 40002',
      'tcp 192.0.2.1 40002',
    ]);
  });

  it('leave a TCP port of its own alone unless it is announced too', () => {
    expect(lines('192.0.2.1:40000', { udp: 31_000, tcp: 4443 })).toEqual([
      'udp 192.0.2.1 40000',
      'tcp 192.0.2.1 4443',
    ]);
    expect(lines('192.0.2.1:40000/443', { udp: 31_001, tcp: 4444 }, 1)).toEqual([
      'udp 192.0.2.1 40001',
      'tcp 192.0.2.1 444',
    ]);
  });

  it('are of UDP alone without TCP', () => {
    expect(lines('192.0.2.1:40000/443', { udp: 31_000, tcp: 0 })).toEqual(['udp 192.0.2.1 40000']);
  });
});
