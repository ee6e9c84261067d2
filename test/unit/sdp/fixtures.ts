import { readFileSync } from 'node:fs';
import {
  type Agreement,
  acceptedSections,
  agreePublish,
  isSdpFault,
  type LocalDescription,
  type Offer,
  type PublishedTrack,
  parseOffer,
  writeAnswer,
} from '../../../src/sdp/index.js';

function text(name: string): string {
  return readFileSync(new URL(`../../fixtures/${name}`, import.meta.url), 'utf8');
}

interface Frame {
  dir: string;
  msg?: { message: string; data: { sdp?: string }[] };
}

function recordedSdp(file: string, message: string): string {
  const frames = JSON.parse(text(file)) as Frame[];
  const sdp = frames.find((frame) => frame.msg?.message === message)?.msg?.data[0]?.sdp;
  if (!sdp) throw new Error(`${file} has no ${message}`);
  return sdp;
}

const CHROMIUM = 'websdk-2.0.276-chromium-156.json';
const FIREFOX = 'websdk-2.0.276-firefox-153.json';

export const offers = {
  chrome71Publish: text('chrome-71-publish-offer.sdp'),
  chrome71Play: text('chrome-71-play-offer.sdp'),
  chromiumPublish: recordedSdp(CHROMIUM, 'publishStream'),
  chromiumPlay: recordedSdp(CHROMIUM, 'playStream'),
  firefoxPublish: recordedSdp(FIREFOX, 'publishStream'),
  firefoxPlay: recordedSdp(FIREFOX, 'playStream'),
};

export const ABILITIES = { audio: ['opus', 'PCMA', 'PCMU', 'G722'], video: ['H264', 'VP8'] };

/** Parses what must parse. */
export function parsed(sdp: string): Offer {
  const offer = parseOffer(sdp);
  if (isSdpFault(offer)) throw new Error(`${offer.fault}: ${offer.detail}`);
  return offer;
}

/** Asserts that an agreement was reached. */
export function agreed<T extends object>(result: T): Exclude<T, { fault: string }> {
  if ('fault' in result) throw new Error(JSON.stringify(result));
  return result as Exclude<T, { fault: string }>;
}

export const FINGERPRINT = Array.from({ length: 32 }, (_, index) => (index + 0xa0).toString(16)).join(':');

/** Our side for an agreement: one candidate, a transport each as agreed on, a track a sending section. */
export function local(agreement: Agreement, change: Partial<LocalDescription> = {}): LocalDescription {
  return {
    sessionId: 1_544_579_813_187,
    fingerprint: { algorithm: 'sha-256', value: FINGERPRINT },
    candidates: [{ protocol: 'udp', address: '192.0.2.7', port: 31_000 }],
    transports: agreement.transports.map((_, index) => ({
      ufrag: `ufrag${index}`,
      password: `password-of-transport-${index}`,
    })),
    streamId: 'stream-1',
    tracks: acceptedSections(agreement)
      .filter((section) => section.direction === 'sendonly')
      .map(({ index, kind, rtxPayloadType }) => ({
        section: index,
        ssrc: 1000 + index,
        rtxSsrc: rtxPayloadType === null ? null : 2000 + index,
        id: `track-${kind}`,
      })),
    cname: 'sluice-cname',
    limits: null,
    ...change,
  };
}

/** The section of `sdp` with this m-line media, or the head, without their line ends. */
export function linesOf(sdp: string, media: 'head' | 'audio' | 'video' | 'application'): string[] {
  const parts = sdp.split(/^(?=m=)/m);
  const part = media === 'head' ? parts[0] : parts.find((candidate) => candidate.startsWith(`m=${media} `));
  return (part ?? '').split('\r\n').slice(0, -1);
}

/** The offer with only the sections that `keep` lets through, its BUNDLE group adjusted as a browser would. */
export function withSections(sdp: string, keep: (section: string) => boolean): string {
  const [head = '', ...sections] = sdp.split(/^(?=m=)/m);
  const kept = sections.filter(keep);
  const mids = kept.map((section) => /^a=mid:(\S+)/m.exec(section)?.[1]);
  return head.replace(/^a=group:BUNDLE.*/m, `a=group:BUNDLE ${mids.join(' ')}\r`) + kept.join('');
}

export function withoutBundle(sdp: string): string {
  return sdp.replace(/^a=group:BUNDLE.*\r\n/m, '');
}

/** The lines `local` puts into every section of transport `index`. */
export function transportLines(index: number): string[] {
  return [
    `a=ice-ufrag:ufrag${index}`,
    `a=ice-pwd:password-of-transport-${index}`,
    `a=fingerprint:sha-256 ${FINGERPRINT.toUpperCase()}`,
    'a=candidate:1 1 udp 2130706431 192.0.2.7 31000 typ host',
    'a=end-of-candidates',
  ];
}

/** The answer to a publisher. */
export function publishAnswer(sdp: string): string {
  const offer = parsed(sdp);
  const agreement = agreed(agreePublish(offer, ABILITIES));
  return writeAnswer(offer, agreement, local(agreement));
}

/** What that publisher publishes. */
export function published(sdp: string, abilities = ABILITIES): PublishedTrack[] {
  return acceptedSections(agreed(agreePublish(parsed(sdp), abilities)));
}
