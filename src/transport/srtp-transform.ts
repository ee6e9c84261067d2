/**
 * A cipher suite at work for one direction of one SRTP session. Offsets are into the arena; an index is the extended
 * one of RFC 3711 section 3.3.1 (ROC * 2^16 + SEQ). Lengths and indices are checked by the caller.
 */
export interface SrtpTransform {
  /** Bytes SRTP adds to an RTP packet. */
  readonly rtpOverhead: number;
  /** Bytes SRTCP adds to a compound. */
  readonly rtcpOverhead: number;
  /** Bytes behind a sealed packet's end that are overwritten meanwhile. */
  readonly spill: number;
  /** How far before its end a sealed compound has its E flag and index. */
  readonly indexFromEnd: number;

  /**
   * Encrypts `payloadLength` bytes from `payload` to behind the header, and authenticates both.
   *
   * @returns the sealed length; 0 when OpenSSL would not
   */
  sealRtp(
    header: number,
    headerLength: number,
    payload: number,
    payloadLength: number,
    index: number,
  ): number;

  /** Opens a packet in place. @returns its length without the tag; -1 when it is not authentic */
  openRtp(offset: number, headerLength: number, length: number, index: number): number;

  /** Seals a compound in place. @returns the sealed length; 0 when OpenSSL would not */
  sealRtcp(offset: number, length: number, index: number): number;

  /** Opens a compound in place. @returns its plain length; -1 when it is not authentic */
  openRtcp(offset: number, length: number, index: number): number;

  close(): void;
}

/** Both RTCP's fixed header, which stays readable, and the smallest compound. */
export const RTCP_HEADER = 8;
/** The E flag and 31-bit index behind a compound. */
export const RTCP_INDEX = 4;
export const ENCRYPTED_FLAG = 0x8000_0000;
