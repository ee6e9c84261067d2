import type { Arena, SrtpProfile } from '../native/index.js';
import { CmTransform } from './cm-transform.js';
import { GcmTransform } from './gcm-transform.js';
import { ReplayWindow } from './replay-window.js';
import type { MasterKey } from './srtp-keys.js';
import { ENCRYPTED_FLAG, RTCP_HEADER, type SrtpTransform } from './srtp-transform.js';

/** Why a packet was not opened: what `openRtp` and `openRtcp` return instead of a length. */
export const MALFORMED = -1;
export const REPLAYED = -2;
export const UNAUTHENTIC = -3;
export const TOO_MANY_SOURCES = -4;

const MOST_SOURCES = 32;
const RTP_HEADER = 12;
const VERSION_2 = 2;
const HALF = 2 ** 15;
const ROLLOVER = 2 ** 16;
const MOST_RTP = 2 ** 48;

/** What is kept of one synchronisation source. */
class Source extends ReplayWindow {
  constructor(readonly ssrc: number) {
    super();
  }
}

/**
 * The receiving half of an SRTP session.
 *
 * A source is remembered only once a packet of it proved authentic, so nobody but the peer can fill the memory; and at
 * most 32 each for RTP and RTCP are kept, never evicted: forgetting one would let its packets be replayed.
 */
export class SrtpReceiver {
  readonly #arena: Arena;
  readonly #transform: SrtpTransform;
  readonly #rtp: Source[] = [];
  readonly #rtcp: Source[] = [];
  /** Whose packet came last: the next is mostly of the same. */
  #last: Source | undefined;

  /** @throws NativeFault `openssl` or `memory` */
  constructor(arena: Arena, profile: SrtpProfile, master: MasterKey) {
    this.#arena = arena;
    this.#transform =
      profile === 'SRTP_AEAD_AES_128_GCM'
        ? new GcmTransform(arena, master, 'open')
        : new CmTransform(arena, master);
  }

  /** Opens an SRTP packet in place. @returns the length of the RTP packet, or a negative reason */
  openRtp(offset: number, length: number): number {
    const headerLength = rtpHeaderLength(this.#arena.view, offset, length - this.#transform.rtpOverhead);
    if (headerLength < 0) return MALFORMED;
    const { view } = this.#arena;
    const ssrc = view.getUint32(offset + 8, false);
    const known = this.#last?.ssrc === ssrc ? this.#last : find(this.#rtp, ssrc);
    if (known === undefined && this.#rtp.length >= MOST_SOURCES) return TOO_MANY_SOURCES;
    const sequence = view.getUint16(offset + 2, false);
    const index = known === undefined ? sequence : estimateIndex(known.highest, sequence);
    if (index < 0 || index >= MOST_RTP) return REPLAYED;
    if (known !== undefined && !known.accepts(index)) return REPLAYED;
    const plain = this.#transform.openRtp(offset, headerLength, length, index);
    if (plain < 0) return UNAUTHENTIC;
    const source = known ?? remember(this.#rtp, ssrc);
    if (source !== this.#last) this.#last = source;
    source.add(index);
    return plain;
  }

  /** Opens an SRTCP compound in place. @returns the length of the RTCP compound, or a negative reason */
  openRtcp(offset: number, length: number): number {
    const { view } = this.#arena;
    if (length < RTCP_HEADER + this.#transform.rtcpOverhead) return MALFORMED;
    if (view.getUint8(offset) >>> 6 !== VERSION_2) return MALFORMED;
    const word = view.getUint32(offset + length - this.#transform.indexFromEnd, false);
    // Who agreed on encryption does not send an unencrypted compound.
    if (word < ENCRYPTED_FLAG) return MALFORMED;
    const index = word & ~ENCRYPTED_FLAG;
    const ssrc = view.getUint32(offset + 4, false);
    const known = find(this.#rtcp, ssrc);
    if (known === undefined && this.#rtcp.length >= MOST_SOURCES) return TOO_MANY_SOURCES;
    if (known !== undefined && !known.accepts(index)) return REPLAYED;
    const plain = this.#transform.openRtcp(offset, length, index);
    if (plain < 0) return UNAUTHENTIC;
    (known ?? remember(this.#rtcp, ssrc)).add(index);
    return plain;
  }

  close(): void {
    this.#transform.close();
  }
}

/** Length of an RTP header with its CSRC list and extension, which stay in the clear; -1 when it does not fit. */
function rtpHeaderLength(view: DataView, offset: number, length: number): number {
  if (length < RTP_HEADER) return -1;
  const first = view.getUint8(offset);
  if (first >>> 6 !== VERSION_2) return -1;
  let header = RTP_HEADER + 4 * (first & 0x0f);
  if ((first & 0x10) !== 0) {
    if (header + 4 > length) return -1;
    header += 4 + 4 * view.getUint16(offset + header + 2, false);
  }
  return header <= length ? header : -1;
}

/**
 * The extended index of a sequence number: the one nearest to the greatest so far (RFC 3711 section 3.3.1 and
 * appendix A). May be negative, for a packet from before the first.
 */
export function estimateIndex(highest: number, sequence: number): number {
  const last = highest % ROLLOVER;
  const base = highest - last;
  if (last < HALF && sequence - last > HALF) return base - ROLLOVER + sequence;
  if (last >= HALF && last - HALF > sequence) return base + ROLLOVER + sequence;
  return base + sequence;
}

function find(sources: Source[], ssrc: number): Source | undefined {
  for (const source of sources) if (source.ssrc === ssrc) return source;
  return undefined;
}

function remember(sources: Source[], ssrc: number): Source {
  const source = new Source(ssrc);
  sources.push(source);
  return source;
}
