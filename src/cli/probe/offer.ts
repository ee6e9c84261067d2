import { randomBytes } from 'node:crypto';

const video = ['H264', 'VP8', 'VP9', 'AV1'];
const audio = ['opus/48000/2', 'PCMA/8000', 'PCMU/8000', 'G722/8000'];

/** A player's offer of every codec, as a browser would make it (RFC 8829), without candidates of its own. */
export function playOffer(): { readonly sdp: string; readonly ufrag: string } {
  const ufrag = randomBytes(6).toString('hex');
  const password = randomBytes(16).toString('hex');
  const fingerprint = [...randomBytes(32)]
    .map((byte) => byte.toString(16).padStart(2, '0').toUpperCase())
    .join(':');
  const transport = [
    'c=IN IP4 0.0.0.0',
    'a=rtcp:9 IN IP4 0.0.0.0',
    `a=ice-ufrag:${ufrag}`,
    `a=ice-pwd:${password}`,
    'a=ice-options:trickle',
    `a=fingerprint:sha-256 ${fingerprint}`,
    'a=setup:actpass',
    'a=recvonly',
    'a=rtcp-mux',
  ];
  const section = (kind: string, mid: number, first: number, codecs: readonly string[]) => [
    `m=${kind} 9 UDP/TLS/RTP/SAVPF ${codecs.map((_, index) => first + index).join(' ')}`,
    ...transport,
    `a=mid:${mid}`,
    ...codecs.map((codec, index) => `a=rtpmap:${first + index} ${codec}`),
  ];
  const h264 = 'a=fmtp:100 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f';
  const lines = [
    'v=0',
    `o=- ${Date.now()} 2 IN IP4 127.0.0.1`,
    's=-',
    't=0 0',
    'a=group:BUNDLE 0 1',
    ...section('audio', 0, 110, audio),
    ...section(
      'video',
      1,
      100,
      video.map((codec) => `${codec}/90000`),
    ),
    h264,
  ];
  return { sdp: `${lines.join('\r\n')}\r\n`, ufrag };
}

/** What a probe reads in an answer. */
export interface Answered {
  readonly codecs: readonly string[];
  readonly ufrag: string;
  readonly password: string;
  readonly candidates: readonly { protocol: 'udp' | 'tcp'; address: string; port: number }[];
}

/** More candidates than a server has addresses are not tried. */
const maxCandidates = 16;

/** Reads an answer of any content. */
export function readAnswer(sdp: string): Answered {
  const all = (pattern: RegExp) => [...sdp.matchAll(pattern)];
  const candidates = all(/^a=candidate:\S+ 1 (udp|tcp) \d+ ([0-9a-f.:]+) (\d{1,5}) typ host/gim).map(
    ([, protocol = '', address = '', port]) => ({
      protocol: protocol.toLowerCase() === 'tcp' ? ('tcp' as const) : ('udp' as const),
      address,
      port: Number(port),
    }),
  );
  const unique = new Map(candidates.map((one) => [`${one.protocol} ${one.address} ${one.port}`, one]));
  return {
    codecs: [...new Set(all(/^a=rtpmap:\d+ ([\w-]{1,32})/gm).map(([, name = '']) => name))],
    ufrag: /^a=ice-ufrag:([\w+/]{1,256})/m.exec(sdp)?.[1] ?? '',
    password: /^a=ice-pwd:([\w+/]{1,256})/m.exec(sdp)?.[1] ?? '',
    candidates: [...unique.values()].filter(({ port }) => port > 0 && port < 65_536).slice(0, maxCandidates),
  };
}
