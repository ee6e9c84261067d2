import { parse, write } from 'sdp-transform';
import {
  type Agreement,
  acceptedSections,
  agreePlay,
  agreePublish,
  isSdpFault,
  type LocalDescription,
  type PublishedTrack,
  parseOffer,
  writeAnswer,
} from '../../src/sdp/index.js';
import { type FuzzTarget, promise } from '../engine/target.js';
import { fromText, offers } from './seeds.js';

const ABILITIES = { audio: ['opus', 'PCMA', 'PCMU', 'G722'], video: ['H264', 'VP8', 'VP9', 'AV1'] };
const decoder = new TextDecoder();
const fingerprint = Array.from({ length: 32 }, (_, index) => (index + 0xa0).toString(16))
  .join(':')
  .toUpperCase();

function local(agreement: Agreement): LocalDescription {
  return {
    sessionId: 1_544_579_813_187,
    fingerprint: { algorithm: 'sha-256', value: fingerprint },
    candidates: [{ protocol: 'udp', address: '192.0.2.7', port: 31_000 }],
    transports: agreement.transports.map((_, index) => ({ ufrag: `u${index}`, password: 'p'.repeat(24) })),
    streamId: 'stream-1',
    tracks: acceptedSections(agreement)
      .filter(({ direction }) => direction === 'sendonly')
      .map(({ index, kind, rtxPayloadType }) => ({
        section: index,
        ssrc: 1000 + index,
        rtxSsrc: rtxPayloadType === null ? null : 2000 + index,
        id: `track-${kind}`,
      })),
    cname: 'cname',
    limits: { min: 100_000, start: 200_000, max: 1_000_000, total: 1_100_000 },
  };
}

/** The least that is accepted of a section: of a browser's offer most is said again and again. */
function short(media: string, ...lines: readonly string[]): string {
  return [
    'v=0',
    'a=group:BUNDLE 0',
    `m=${media}`,
    'a=mid:0',
    'a=sendrecv',
    'a=ice-ufrag:abcd',
    'a=ice-pwd:0123456789abcdef01234567',
    `a=fingerprint:sha-256 ${fingerprint}`,
    'a=setup:actpass',
    'a=rtcp-mux',
    ...lines,
    '',
  ].join('\r\n');
}

const RTX = ['a=rtpmap:97 rtx/90000', 'a=fmtp:97 apt=96'];
const SHORT = [
  short('audio 9 UDP/TLS/RTP/SAVPF 111', 'a=rtpmap:111 opus/48000/2'),
  ...[
    ['H264', 'a=fmtp:96 packetization-mode=1;profile-level-id=42e01f', 'a=rtcp-fb:96 nack pli'],
    ['VP9', 'a=fmtp:96 profile-id=2'],
    ['AV1', 'a=fmtp:96 profile=1;level-idx=5;tier=0'],
    ['VP8', 'a=rid:h send', 'a=rid:l send', 'a=simulcast:send h;l'],
  ].map(([name, ...lines]) =>
    short('video 9 UDP/TLS/RTP/SAVPF 96 97', `a=rtpmap:96 ${name}/90000`, ...lines, ...RTX),
  ),
];

let published: readonly PublishedTrack[] | undefined;

function tracks(): readonly PublishedTrack[] {
  if (published) return published;
  const offer = parseOffer(decoder.decode(offers()[0]));
  const agreement = isSdpFault(offer) ? offer : agreePublish(offer, ABILITIES);
  if (isSdpFault(agreement)) throw new Error(agreement.detail);
  published = acceptedSections(agreement);
  return published;
}

/**
 * An offer and both answers to it. An answer is lines of printable ASCII, a section for each of the offer's, and (where it
 * is cross-checked) says the same to another parser that writes it anew.
 */
export const target: FuzzTarget = {
  kind: 'text',
  maxLength: 70_000,
  limitMs: 250,
  seeds: () => [...fromText(...SHORT), ...offers()],
  dictionary: [
    'a=rtpmap:96 VP8/90000\r\n',
    'a=rtpmap:111 opus/48000/2\r\n',
    'a=fmtp:96 apt=97\r\n',
    'a=fmtp:111 111/111\r\n',
    'a=rid:h send\r\n',
    'a=simulcast:send h;m;l\r\n',
    'a=ssrc-group:FID 1 2\r\n',
    'a=group:BUNDLE 0 1\r\n',
    'a=mid:0\r\n',
    'a=extmap:3 urn:ietf:params:rtp-hdrext:sdes:mid\r\n',
    'a=extmap:15/sendonly x\r\n',
    'a=rtcp-fb:* nack\r\n',
    'a=setup:active\r\n',
    'a=inactive\r\n',
    'm=video 9 UDP/TLS/RTP/SAVPF 96\r\n',
    'm=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n',
    'profile-level-id=42e01f;packetization-mode=1',
    '__proto__',
    '\u0000',
    '\u2028',
    '\ud83d\ude00',
  ],
  run(input) {
    for (const [answer, sections] of answers(input)) {
      promise(/^([a-z]=[\x20-\x7e]*\r\n)+$/.test(answer), 'an answer with other lines than its own');
      promise(answer.match(/^m=/gm)?.length === sections, 'an answer of other sections');
    }
  },
  crossCheck(input) {
    for (const [answer] of answers(input))
      promise(
        sorted(write(parse(answer))) === sorted(answer),
        'an answer that another parser reads as something else',
      );
  },
};

/** To publish and to play, with how many sections the offer had. */
function answers(input: Uint8Array): [answer: string, sections: number][] {
  const offer = parseOffer(decoder.decode(input));
  if (isSdpFault(offer)) return [];
  return [agreePublish(offer, ABILITIES), agreePlay(offer, tracks())].flatMap((result): [string, number][] =>
    isSdpFault(result) ? [] : [[writeAnswer(offer, result, local(result)), offer.sections.length]],
  );
}

/** The other parser has an order of its own. */
function sorted(text: string): string {
  return text.split('\r\n').sort().join('\n');
}
