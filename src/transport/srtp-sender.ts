import type { Arena, SrtpProfile } from '../native/index.js';
import { CmTransform } from './cm-transform.js';
import { GcmTransform } from './gcm-transform.js';
import type { MasterKey } from './srtp-keys.js';
import { RTCP_HEADER, type SrtpTransform } from './srtp-transform.js';

const RTP_HEADER = 12;
const MOST_RTCP = 2 ** 31;
const MOST_RTP = 2 ** 48;

/** The sending half of an SRTP session. */
export class SrtpSender {
  readonly #arena: Arena;
  readonly #transform: SrtpTransform;
  #rtcpIndex = 0;

  /** @throws NativeFault `openssl` or `memory` */
  constructor(
    arena: Arena,
    readonly profile: SrtpProfile,
    master: MasterKey,
  ) {
    this.#arena = arena;
    this.#transform =
      profile === 'SRTP_AEAD_AES_128_GCM'
        ? new GcmTransform(arena, master, 'seal')
        : new CmTransform(arena, master);
  }

  /** Bytes of room that sealing needs behind a packet or compound, at most. */
  get room(): number {
    const { rtpOverhead, rtcpOverhead, spill } = this.#transform;
    return Math.max(rtpOverhead, rtcpOverhead) + spill;
  }

  /**
   * Seals a packet whose header is written and whose payload lies elsewhere; it is encrypted to behind the header.
   *
   * An index must never be used twice with one SSRC for different packets: the caller numbers what it sends.
   *
   * @param index extended sequence number, ROC * 2^16 + SEQ; refused when SEQ is not the header's
   * @returns the sealed length; 0 when it cannot be sealed
   */
  sealRtp(
    header: number,
    headerLength: number,
    payload: number,
    payloadLength: number,
    index: number,
  ): number {
    if (headerLength < RTP_HEADER || !(index >= 0 && index < MOST_RTP)) return 0;
    if (this.#arena.view.getUint16(header + 2, false) !== (index & 0xffff)) return 0;
    return this.#transform.sealRtp(header, headerLength, payload, payloadLength, index);
  }

  /** Seals a compound in place and numbers it. @returns the sealed length; 0 when it cannot be sealed */
  sealRtcp(offset: number, length: number): number {
    if (length < RTCP_HEADER || this.#rtcpIndex >= MOST_RTCP) return 0;
    return this.#transform.sealRtcp(offset, length, this.#rtcpIndex++);
  }

  close(): void {
    this.#transform.close();
  }
}
