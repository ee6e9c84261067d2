import { describe, expect, it } from 'vitest';
import { isSdpFault, type OfferSection, parseOffer } from '../../../src/sdp/index.js';
import { offers, parsed } from './fixtures.js';

const CHROME_71_FINGERPRINT =
  'EE:BC:55:18:45:6C:B4:5C:28:6F:5D:F9:42:63:1B:A2:99:8D:7A:0B:19:C3:F5:62:12:63:82:B6:F0:2C:36:E2';
const SHA1 = '00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33';

/** A small offer with one video section; `head` and `section` are lines to add. */
function offerOf(
  section: string[] = [],
  head: string[] = [],
  mLine = 'm=video 9 UDP/TLS/RTP/SAVPF 96',
): string {
  return ['v=0', 'o=- 1 2 IN IP4 127.0.0.1', 's=-', 't=0 0', ...head, mLine, ...section, ''].join('\r\n');
}

function sectionOf(section: string[], head: string[] = [], mLine?: string): OfferSection {
  return parsed(offerOf(section, head, mLine)).sections[0] as OfferSection;
}

const CREDENTIALS = ['a=ice-ufrag:abcd', 'a=ice-pwd:0123456789012345678901'];
const TRANSPORT = [...CREDENTIALS, `a=fingerprint:sha-256 ${CHROME_71_FINGERPRINT}`];

describe('recorded offers', () => {
  it('Chrome 71', () => {
    const offer = parsed(offers.chrome71Publish);
    expect(offer.bundle).toEqual(['audio', 'video']);
    const [audio, video] = offer.sections as [OfferSection, OfferSection];
    expect(audio).toMatchObject({
      index: 0,
      kind: 'audio',
      protocol: 'UDP/TLS/RTP/SAVPF',
      firstFormat: '111',
      rejected: false,
      mid: 'audio',
      direction: 'sendonly',
      rtcpMux: true,
      reducedSize: false,
      transport: {
        ufrag: 'qgOt',
        password: 'KEfomSLSL4Pxj78N6T3/HAMY',
        fingerprints: [{ algorithm: 'sha-256', value: CHROME_71_FINGERPRINT }],
        setup: 'actpass',
      },
    });
    expect(audio.codecs.map((codec) => `${codec.payloadType} ${codec.name}/${codec.clockRate}`)).toEqual([
      '111 opus/48000',
      '103 ISAC/16000',
      '104 ISAC/32000',
      '9 G722/8000',
      '0 PCMU/8000',
      '8 PCMA/8000',
      '106 CN/32000',
      '105 CN/16000',
      '13 CN/8000',
      '110 telephone-event/48000',
      '112 telephone-event/32000',
      '113 telephone-event/16000',
      '126 telephone-event/8000',
    ]);
    expect(audio.codecs[0]).toEqual({
      payloadType: 111,
      name: 'opus',
      clockRate: 48_000,
      channels: 2,
      fmtp: 'minptime=10;useinbandfec=1',
      feedback: { nack: false, pli: false, fir: false, remb: false, transportCc: true },
    });
    expect(video.codecs.find((codec) => codec.payloadType === 96)?.feedback).toEqual({
      nack: true,
      pli: true,
      fir: true,
      remb: true,
      transportCc: true,
    });
    expect(video.reducedSize).toBe(true);
    expect(video.extensions.map((extension) => extension.id)).toEqual([2, 3, 4, 5, 6, 7, 8, 10]);
  });

  it('Chromium 156: mids are texts although they look like numbers', () => {
    const offer = parsed(offers.chromiumPlay);
    expect(offer.bundle).toEqual(['0', '1']);
    expect(offer.sections.map((section) => section.mid)).toEqual(['0', '1']);
    expect(offer.sections.map((section) => section.direction)).toEqual(['recvonly', 'recvonly']);
    expect(offer.sections[1]?.codecs).toHaveLength(34);
  });

  it('Firefox 153: fingerprint at session level, one-way extensions', () => {
    const offer = parsed(offers.firefoxPublish);
    for (const section of offer.sections)
      expect(section.transport?.fingerprints.map(({ value }) => value.slice(0, 8))).toEqual(['6B:4E:2A']);
    expect(offer.sections[0]?.extensions.find((extension) => extension.id === 2)?.direction).toBe('recvonly');
    expect(offer.sections[0]?.codecs[1]).toMatchObject({ name: 'G722', clockRate: 8_000, channels: 1 });
  });
});

describe('levels', () => {
  it('takes ICE, DTLS and the direction from the session when the section has none', () => {
    const section = sectionOf([], [...TRANSPORT, 'a=setup:passive', 'a=recvonly']);
    expect(section.direction).toBe('recvonly');
    expect(section.transport).toMatchObject({ ufrag: 'abcd', setup: 'passive' });
  });

  it('lets a section override each of them', () => {
    const own = ['a=ice-ufrag:1234', 'a=ice-pwd:1111111111222222222233', `a=fingerprint:SHA-1 ${SHA1}`];
    const section = sectionOf([...own, 'a=setup:active', 'a=sendonly'], [...TRANSPORT, 'a=setup:passive']);
    expect(section.direction).toBe('sendonly');
    expect(section.transport).toEqual({
      ufrag: '1234',
      password: '1111111111222222222233',
      fingerprints: [{ algorithm: 'sha-1', value: SHA1 }],
      setup: 'active',
    });
  });

  it('defaults to sendrecv (RFC 3264) and active (RFC 4145)', () => {
    expect(sectionOf(TRANSPORT)).toMatchObject({ direction: 'sendrecv', transport: { setup: 'active' } });
  });
});

describe('transport', () => {
  it('keeps every fingerprint, in upper case, and passes over unknown and misfitting ones', () => {
    const section = sectionOf([
      ...CREDENTIALS,
      `a=fingerprint:SHA-256 ${CHROME_71_FINGERPRINT.toLowerCase()}`,
      `a=fingerprint:md5 ${SHA1.slice(0, 47)}`,
      `a=fingerprint:sha-256 ${SHA1}`,
      `a=fingerprint:sha-1 ${SHA1.replace('00', 'G0')}`,
      `a=fingerprint:sha-1 ${SHA1}`,
    ]);
    expect(section.transport?.fingerprints).toEqual([
      { algorithm: 'sha-256', value: CHROME_71_FINGERPRINT },
      { algorithm: 'sha-1', value: SHA1 },
    ]);
  });

  it.each([
    ['no fingerprint', CREDENTIALS],
    ['no ufrag', TRANSPORT.slice(1)],
    ['no password', [TRANSPORT[0], TRANSPORT[2]]],
    ['a short ufrag', ['a=ice-ufrag:abc', ...TRANSPORT.slice(1)]],
    ['a ufrag with a colon', ['a=ice-ufrag:ab:cd', ...TRANSPORT.slice(1)]],
    ['a short password', [TRANSPORT[0], 'a=ice-pwd:012345678901234567890', TRANSPORT[2]]],
    ['a giant ufrag', [`a=ice-ufrag:${'a'.repeat(257)}`, ...TRANSPORT.slice(1)]],
    ['setup:holdconn', [...TRANSPORT, 'a=setup:holdconn']],
  ])('has none with %s', (_, lines) => {
    expect(sectionOf(lines as string[]).transport).toBeNull();
  });
});

describe('codecs', () => {
  const codecsOf = (mLine: string, lines: string[]) => sectionOf(lines, [], mLine).codecs;

  it('knows the static payload types without an rtpmap', () => {
    const codecs = codecsOf('m=audio 9 RTP/SAVPF 0 8 9 18', []);
    expect(codecs.map((codec) => `${codec.payloadType} ${codec.name}/${codec.clockRate}`)).toEqual([
      '0 PCMU/8000',
      '8 PCMA/8000',
      '9 G722/8000',
    ]);
  });

  it('passes over what RTCP would be mistaken for, what is out of range, and what is said twice', () => {
    const lines = [63, 64, 95, 96, 127, 128].map((payloadType) => `a=rtpmap:${payloadType} VP8/90000`);
    const codecs = codecsOf('m=video 9 RTP/SAVPF 63 64 95 96 96 127 128 x 1e1 -1', lines);
    expect(codecs.map((codec) => codec.payloadType)).toEqual([63, 96, 127]);
  });

  it('passes over an rtpmap without a clock, with a mad one, or with a mad number of channels', () => {
    const lines = [
      'a=rtpmap:96 VP8',
      'a=rtpmap:97 VP8/0',
      'a=rtpmap:98 VP8/99999999',
      'a=rtpmap:99 x/8000/0',
    ];
    expect(codecsOf('m=video 9 RTP/SAVPF 96 97 98 99', [...lines, 'a=rtpmap: y/8000'])).toEqual([]);
  });

  it('adds up feedback for every payload type and for one', () => {
    const codecs = codecsOf('m=video 9 RTP/SAVPF 96 97', [
      'a=rtpmap:96 VP8/90000',
      'a=rtpmap:97 H264/90000',
      'a=rtcp-fb:* nack',
      'a=rtcp-fb:* ccm fir',
      'a=rtcp-fb:97 nack pli',
      'a=rtcp-fb:97 goog-remb',
      'a=rtcp-fb:97 trr-int 100',
      'a=rtcp-fb:97 ack rpsi',
    ]);
    const common = { nack: true, fir: true, transportCc: false };
    expect(codecs.map((codec) => codec.feedback)).toEqual([
      { ...common, pli: false, remb: false },
      { ...common, pli: true, remb: true },
    ]);
  });

  it('adds up two fmtp lines of one payload type', () => {
    const codecs = codecsOf('m=audio 9 RTP/SAVPF 111', [
      'a=rtpmap:111 opus/48000/2',
      'a=fmtp:111 stereo=1',
      'a=fmtp:111 minptime=10',
    ]);
    expect(codecs[0]?.fmtp).toBe('stereo=1;minptime=10');
  });
});

describe('header extensions', () => {
  it('keeps what packets can carry, the first of two with the same id or URI', () => {
    const section = sectionOf(
      [
        'a=extmap:1 urn:a',
        'a=extmap:1 urn:b',
        'a=extmap:2/sendonly urn:c',
        'a=extmap:3 urn:a',
        'a=extmap:0 urn:d',
        'a=extmap:15 urn:e',
        'a=extmap:4/sideways urn:f',
        'a=extmap:5 urn:ietf:params:rtp-hdrext:encrypt urn:g',
        `a=extmap:6 urn:${'x'.repeat(300)}`,
        'a=extmap:16 urn:h',
        'a=extmap:255/recvonly urn:i',
        'a=extmap:256 urn:j',
        'a=extmap:4096 urn:k',
      ],
      ['a=extmap:7 urn:session'],
    );
    expect(section.extensions).toEqual([
      { id: 1, uri: 'urn:a', direction: 'sendrecv' },
      { id: 2, uri: 'urn:c', direction: 'sendonly' },
      { id: 16, uri: 'urn:h', direction: 'sendrecv' },
      { id: 255, uri: 'urn:i', direction: 'recvonly' },
      { id: 7, uri: 'urn:session', direction: 'sendrecv' },
    ]);
  });

  it.each([
    ['of the section', ['a=extmap-allow-mixed'], [], true],
    ['of the session', [], ['a=extmap-allow-mixed'], true],
    ['of nobody', ['a=extmap:16 urn:a'], [], false],
  ])('knows whether both forms may come in one stream: by a line %s', (_, media, session, mixed) => {
    expect(sectionOf(media, session).mixedExtensions).toBe(mixed);
  });
});

describe('sections', () => {
  it('tells a section switched off from one that is bundle-only', () => {
    const off = 'm=video 0 UDP/TLS/RTP/SAVPF 96';
    expect(sectionOf(['a=mid:v'], [], off).rejected).toBe(true);
    expect(sectionOf(['a=mid:v', 'a=bundle-only'], [], off).rejected).toBe(true);
    expect(sectionOf(['a=mid:v', 'a=bundle-only'], ['a=group:BUNDLE v'], off).rejected).toBe(false);
  });

  it('reads the fixed offers of MSE and WSPlayer', () => {
    const section = sectionOf(['a=rtpmap:112 H264/90000'], [], 'm=video 0 RTP/AVP 112');
    expect(section).toMatchObject({ rejected: true, protocol: 'RTP/AVP', transport: null, mid: null });
  });

  it('keeps only mids of the group that exist, of the first group only', () => {
    const offer = parsed(
      offerOf(['a=mid:v'], ['a=group:LS x', 'a=group:BUNDLE v v ghost', 'a=group:BUNDLE w']),
    );
    expect(offer.bundle).toEqual(['v']);
  });
});

describe('faults', () => {
  it.each([
    ['', 'malformed'],
    ['hello', 'malformed'],
    ['v=1\r\nm=video 9 RTP/SAVPF 96\r\n', 'malformed'],
    ['v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\n', 'malformed'],
    ['v=0\r\nm=\r\n', 'malformed'],
    ['v=0\r\nm=video nine RTP/SAVPF 96\r\n', 'malformed'],
    ['v=0\r\nm=video 70000 RTP/SAVPF 96\r\n', 'malformed'],
    ['v=0\r\nm=video 9\r\n', 'malformed'],
    [`v=0\r\nm=${'v'.repeat(17)} 9 RTP/SAVPF 96\r\n`, 'malformed'],
    [offerOf(['a=mid:a"b']), 'malformed'],
    [offerOf([`a=mid:${'m'.repeat(65)}`]), 'malformed'],
    [offerOf(['a=mid:']), 'malformed'],
    [`${offerOf(['a=mid:1'])}m=audio 9 RTP/SAVPF 0\r\na=mid:1\r\n`, 'malformed'],
    [`v=0\r\n${'m=audio 9 RTP/SAVPF 0\r\n'.repeat(33)}`, 'too-many-sections'],
    [`v=0\r\nm=audio 9 RTP/SAVPF${' 0'.repeat(257)}\r\n`, 'too-many-codecs'],
    [`v=0\r\n${'\n'.repeat(4_096)}`, 'too-long'],
    [`v=0\r\n${'x'.repeat(65_536)}`, 'too-long'],
  ])('%#: %j', (text, fault) => {
    const result = parseOffer(text);
    expect(isSdpFault(result)).toBe(true);
    expect(result).toMatchObject({ fault });
  });

  it('accepts as many sections and formats as it says', () => {
    expect(parsed(`v=0\r\n${'m=audio 9 RTP/SAVPF 0\r\n'.repeat(32)}`).sections).toHaveLength(32);
    expect(parsed(`v=0\r\nm=audio 9 RTP/SAVPF${' 0'.repeat(256)}\r\n`).sections).toHaveLength(1);
  });
});
