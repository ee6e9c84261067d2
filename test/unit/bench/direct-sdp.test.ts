import { describe, expect, it } from 'vitest';
import { mediaPort, through, withoutCandidates } from '../../../bench/quality/direct-sdp.mjs';

const lines = (...texts: readonly string[]) => texts.map((text) => `${text}\r\n`).join('');

const answer = lines(
  'm=video 9 UDP/TLS/RTP/SAVPF 103',
  'c=IN IP4 0.0.0.0',
  'a=candidate:1 1 tcp 1518280447 b1c2.local 9 typ host tcptype active',
  'a=candidate:2 1 udp 2113937151 b1c2.local 47110 typ host generation 0',
  'a=candidate:3 1 udp 2113939711 ::1 47111 typ host generation 0',
  'a=end-of-candidates',
  'a=ice-ufrag:abcd',
  'a=mid:0',
);

describe('the SDP of two browsers with a link between them', () => {
  it('tells the port of the first candidate by UDP', () => {
    expect(mediaPort(answer)).toBe(47110);
  });

  it('has no port without a candidate', () => {
    expect(() => mediaPort(withoutCandidates(answer))).toThrow('no candidate');
  });

  it('names the link and nothing else', () => {
    expect(through(answer, 5000)).toBe(
      lines(
        'm=video 9 UDP/TLS/RTP/SAVPF 103',
        'c=IN IP4 0.0.0.0',
        'a=candidate:1 1 udp 2130706431 127.0.0.1 5000 typ host',
        'a=ice-ufrag:abcd',
        'a=mid:0',
      ),
    );
  });
});
