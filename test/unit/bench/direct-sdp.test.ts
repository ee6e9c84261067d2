import { describe, expect, it } from 'vitest';
import { mediaTarget, through, withoutCandidates } from '../../../bench/quality/direct-sdp.mjs';

const lines = (...texts: readonly string[]) => texts.map((text) => `${text}\r\n`).join('');

const answer = lines(
  'm=video 9 UDP/TLS/RTP/SAVPF 103',
  'c=IN IP4 0.0.0.0',
  'a=candidate:1 1 tcp 1518280447 192.0.2.2 9 typ host tcptype active',
  'a=candidate:2 1 udp 2113937151 ::1 47110 typ host generation 0',
  'a=candidate:3 1 udp 2113939711 192.0.2.2 47111 typ host generation 0',
  'a=end-of-candidates',
  'a=ice-ufrag:abcd',
  'a=mid:0',
);

describe('the SDP of two browsers with a link between them', () => {
  it('tells the first candidate of UDP and IPv4', () => {
    expect(mediaTarget(answer)).toEqual({ host: '192.0.2.2', port: 47111 });
  });

  it('has none when there is none, or it is hidden behind a name', () => {
    expect(() => mediaTarget(withoutCandidates(answer))).toThrow('no candidate');
    expect(() => mediaTarget(answer.replaceAll('192.0.2.2', 'b1c2.local'))).toThrow('no candidate');
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
