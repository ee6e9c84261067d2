import { describe, expect, it } from 'vitest';
import { receiverSdp, remoteOf } from '../../../bench/peers/signaling/sdp.mjs';

const local = { ufrag: 'aufrag', password: 'a-password-of-enough-letters', fingerprint: 'AB:CD' };
const answer = [
  'v=0',
  'm=video 9 UDP/TLS/RTP/SAVPF 102',
  'a=ice-ufrag:server',
  'a=ice-pwd:secret',
  'a=fingerprint:sha-256 01:02',
  'a=candidate:1 1 udp 2015363327 192.0.2.1 1111 typ host',
  'a=candidate:2 1 tcp 1015363327 127.0.0.1 2222 typ host tcptype passive',
  'a=candidate:3 1 UDP 2015363327 127.0.0.1 3333 typ host',
  '',
].join('\r\n');

describe('what a viewer without a WebRTC library says', () => {
  it('offers and answers one section', () => {
    const sdp = receiverSdp(local, 'active', 107, '0');
    expect(sdp).toContain('\r\nm=video 9 UDP/TLS/RTP/SAVPF 107\r\n');
    expect(sdp).toContain('\r\na=group:BUNDLE 0\r\n');
    expect(sdp).toContain('\r\na=mid:0\r\n');
    expect(sdp).toContain('\r\na=setup:active\r\n');
    expect(sdp).toContain('\r\na=ice-ufrag:aufrag\r\na=ice-pwd:a-password-of-enough-letters\r\n');
    expect(sdp.endsWith('\r\n')).toBe(true);
  });

  it('finds the UDP port on loopback', () => {
    expect(remoteOf(answer)).toEqual({
      port: 3333,
      ufrag: 'server',
      password: 'secret',
      fingerprint: '01:02',
    });
  });

  it.each(['ice-ufrag', 'ice-pwd', 'fingerprint', 'candidate:3'])('wants %s', (name) => {
    const without = answer
      .split('\r\n')
      .filter((line) => !line.startsWith(`a=${name}`))
      .join('\r\n');
    expect(() => remoteOf(without)).toThrow("in the server's SDP");
  });
});
