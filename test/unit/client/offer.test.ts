import { describe, expect, it } from 'vitest';
import { readAnswer, writeOffer } from '../../../src/client/index.js';
import { isSdpFault, parseOffer } from '../../../src/sdp/index.js';

const local = { ufrag: 'abcd', password: 'p'.repeat(24), fingerprint: Array(32).fill('AB').join(':') };
const video = { payloadType: 96, name: 'H264/90000', fmtp: 'packetization-mode=1', rtx: 97 };

describe('an offer', () => {
  it('is what the server reads', () => {
    const media = [
      { kind: 'audio' as const, formats: [{ payloadType: 111, name: 'opus/48000/2' }], ssrc: 7 },
      { kind: 'video' as const, formats: [video], ssrc: 8 },
    ];
    const offer = parseOffer(writeOffer('sendonly', media, local));
    if (isSdpFault(offer)) throw new Error(offer.detail);
    expect(offer.bundle).toEqual(['0', '1']);
    const [sound, picture] = offer.sections;
    expect(sound).toMatchObject({ kind: 'audio', direction: 'sendonly', rejected: false, rtcpMux: true });
    expect(sound?.transport).toMatchObject({ ufrag: 'abcd', password: local.password, setup: 'actpass' });
    expect(picture?.codecs).toMatchObject([
      { name: 'H264', payloadType: 96, feedback: { nack: true, pli: true, fir: true, transportCc: false } },
      { name: 'rtx', payloadType: 97, fmtp: 'apt=96' },
    ]);
  });

  it('has a receiver tell when packets come', () => {
    const offer = parseOffer(writeOffer('recvonly', [{ kind: 'video', formats: [video] }], local));
    if (isSdpFault(offer)) throw new Error(offer.detail);
    expect(offer.sections[0]?.codecs[0]?.feedback.transportCc).toBe(true);
    expect(offer.sections[0]?.extensions).toHaveLength(1);
  });
});

describe('an answer', () => {
  const answer = writeOffer('sendonly', [{ kind: 'video', formats: [video] }], local);
  const candidates = [
    'a=candidate:1 1 udp 2130706431 192.0.2.1 31000 typ host',
    'a=candidate:2 1 TCP 1 2001:db8::1 31000 typ host tcptype passive',
    'a=candidate:3 1 udp 1 not-an-address 31000 typ host',
    'a=candidate:4 1 udp 1 192.0.2.1 99999 typ host',
    'a=candidate:5 1 udp 1 192.0.2.1 0 typ host',
    'a=candidate:6 1 udp 1 192.0.2.1 31000 typ host',
  ];

  it('names transport, codecs and candidates, each once, and nothing else', () => {
    const read = readAnswer(`${answer}${candidates.join('\r\n')}\r\n`);
    expect(read.transport.ufrag).toBe('abcd');
    expect(read.sections[0]?.codecs[0]?.name).toBe('H264');
    expect(read.candidates).toEqual([
      { protocol: 'udp', address: '192.0.2.1', port: 31000 },
      { protocol: 'tcp', address: '2001:db8::1', port: 31000 },
    ]);
  });

  it('names sixteen candidates at most', () => {
    const many = Array.from(
      { length: 40 },
      (_, port) => `a=candidate:1 1 udp 1 192.0.2.1 ${port + 1} typ host`,
    );
    expect(readAnswer(`${answer}${many.join('\r\n')}\r\n`).candidates).toHaveLength(16);
  });

  it.each([
    ['nothing', ''],
    ['no description', 'hello'],
    ['a refusal of all', answer.replace('m=video 9', 'm=video 0')],
    ['no credentials', answer.replaceAll(/a=ice-pwd:.*\r\n/g, '')],
    ['no fingerprint', answer.replaceAll(/a=fingerprint:.*\r\n/g, '')],
  ])('is refused where it is %s', (_, sdp) => {
    expect(() => readAnswer(sdp)).toThrow(/^the server/);
  });
});
