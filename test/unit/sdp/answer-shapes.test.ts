import { describe, expect, it } from 'vitest';
import { transportWideCcUri } from '../../../src/kit/index.js';
import { agreePlay, agreePublish, writeAnswer } from '../../../src/sdp/index.js';
import {
  ABILITIES,
  agreed,
  linesOf,
  local,
  offers,
  parsed,
  publishAnswer,
  published,
  transportLines,
  withoutBundle,
  withSections,
} from './fixtures.js';

describe('shapes of an answer', () => {
  it('ends every line with CRLF', () => {
    const answer = publishAnswer(offers.chromiumPublish);
    expect(answer.endsWith('\r\n')).toBe(true);
    expect(answer.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
  });

  it('unbundled: no group, a transport each', () => {
    const answer = publishAnswer(withoutBundle(offers.chromiumPublish));
    expect(answer).not.toContain('a=group');
    expect(linesOf(answer, 'audio')).toEqual(expect.arrayContaining(transportLines(0)));
    expect(linesOf(answer, 'video')).toEqual(expect.arrayContaining(transportLines(1)));
  });

  it('audio only and video only', () => {
    for (const kind of ['audio', 'video'] as const) {
      const sdp = withSections(offers.chromiumPublish, (section) => section.startsWith(`m=${kind}`));
      const answer = publishAnswer(sdp);
      expect(answer.match(/^m=/gm)).toHaveLength(1);
      expect(linesOf(answer, 'head')).toContain(kind === 'audio' ? 'a=group:BUNDLE 0' : 'a=group:BUNDLE 1');
    }
  });

  it('rejects an application section in its place', () => {
    const application =
      'm=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\nc=IN IP4 0.0.0.0\r\na=mid:2\r\na=sctp-port:5000\r\n';
    const sdp = offers.chromiumPublish.replace('BUNDLE 0 1', 'BUNDLE 0 1 2') + application;
    const answer = publishAnswer(sdp);
    expect(linesOf(answer, 'head')).toContain('a=group:BUNDLE 0 1');
    expect(linesOf(answer, 'application')).toEqual([
      'm=application 0 UDP/DTLS/SCTP webrtc-datachannel',
      'c=IN IP4 0.0.0.0',
      'a=mid:2',
      'a=inactive',
    ]);
  });

  it('echoes mid only when offered', () => {
    const answer = publishAnswer(withoutBundle(offers.chromiumPublish).replaceAll(/^a=mid:.*\r\n/gm, ''));
    expect(answer).not.toContain('a=mid');
    expect(answer.match(/^m=(audio|video) 31000 /gm)).toHaveLength(2);
  });

  it('answers a passive offer with active, an active one with passive', () => {
    const passive = publishAnswer(offers.chromiumPublish.replaceAll('setup:actpass', 'setup:passive'));
    expect(passive.match(/^a=setup:.*/gm)).toEqual(['a=setup:active', 'a=setup:active']);
    const active = publishAnswer(offers.chromiumPublish.replaceAll('setup:actpass', 'setup:active'));
    expect(active.match(/^a=setup:.*/gm)).toEqual(['a=setup:passive', 'a=setup:passive']);
  });

  it('lists several candidates, IPv6 among them, falling in priority', () => {
    const offer = parsed(offers.chromiumPublish);
    const agreement = agreed(agreePublish(offer, ABILITIES));
    const candidates = [
      { protocol: 'udp', address: '2001:db8::7', port: 31_000 },
      { protocol: 'udp', address: '198.51.100.7', port: 31_001 },
      { protocol: 'udp', address: '2001:db8::7', port: 31_002 },
    ] as const;
    const answer = writeAnswer(offer, agreement, local(agreement, { candidates }));
    expect(linesOf(answer, 'head')[1]).toBe('o=Sluice 0 1544579813187 IN IP6 2001:db8::7');
    for (const kind of ['audio', 'video'] as const) {
      const lines = linesOf(answer, kind);
      expect(lines[1]).toBe('c=IN IP6 2001:db8::7');
      expect(lines.filter((line) => line.startsWith('a=candidate'))).toEqual([
        'a=candidate:1 1 udp 2130706431 2001:db8::7 31000 typ host',
        'a=candidate:2 1 udp 2130706175 198.51.100.7 31001 typ host',
        'a=candidate:1 1 udp 2130705919 2001:db8::7 31002 typ host',
      ]);
    }
  });

  it('lists TCP candidates as passive ones, below all of UDP and with foundations of their own', () => {
    const offer = parsed(offers.chromiumPublish);
    const agreement = agreed(agreePublish(offer, ABILITIES));
    const [address, port] = ['198.51.100.7', 31_000];
    const candidates = [
      { protocol: 'udp', address, port },
      { protocol: 'tcp', address, port },
      { protocol: 'tcp', address: '2001:db8::7', port: 443 },
    ] as const;
    const answer = writeAnswer(offer, agreement, local(agreement, { candidates }));
    for (const kind of ['audio', 'video'] as const) {
      expect(linesOf(answer, kind).filter((line) => line.startsWith('a=candidate'))).toEqual([
        'a=candidate:1 1 udp 2130706431 198.51.100.7 31000 typ host',
        // RFC 6544 section 4.2: 2^24 * 90 + 2^8 * (2^13 * 4 + 8190) + 255
        'a=candidate:2 1 tcp 1520434943 198.51.100.7 31000 typ host tcptype passive',
        'a=candidate:3 1 tcp 1520434687 2001:db8::7 443 typ host tcptype passive',
      ]);
    }
  });

  it('keeps a transport port other than zero without candidates', () => {
    const offer = parsed(offers.chromiumPublish);
    const agreement = agreed(agreePublish(offer, ABILITIES));
    const answer = writeAnswer(offer, agreement, local(agreement, { candidates: [] }));
    expect(linesOf(answer, 'audio').slice(0, 2)).toEqual([
      'm=audio 9 UDP/TLS/RTP/SAVPF 111',
      'c=IN IP4 0.0.0.0',
    ]);
  });

  it('turns the direction of a one-way header extension round', () => {
    const sdp = offers.chromiumPublish.replaceAll(/^a=extmap:3 /gm, 'a=extmap:3/sendonly ');
    expect(linesOf(publishAnswer(sdp), 'video')).toContain(`a=extmap:3/recvonly ${transportWideCcUri}`);
  });

  it('says which part of our side is missing', () => {
    const offer = parsed(offers.chromiumPlay);
    const agreement = agreed(agreePlay(offer, published(offers.chromiumPublish)));
    expect(() => writeAnswer(offer, agreement, local(agreement, { transports: [] }))).toThrow(RangeError);
    expect(() => writeAnswer(offer, agreement, local(agreement, { tracks: [] }))).toThrow(RangeError);
  });
});
