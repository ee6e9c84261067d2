import { deltaPayload, keyPayload, rtpPacket, transportSequenceOffset } from './packets.js';

/** A packet as the publisher made it. */
export interface SourcePacket {
  readonly bytes: Uint8Array;
  /** When its picture or sound was taken, ms of the publisher's own clock. */
  readonly capturedAt: number;
}

export interface SourceOptions {
  readonly ssrc: number;
  readonly payloadType: number;
  readonly clockRate: number;
  readonly firstSequence: number;
  readonly firstTimestamp: number;
}

const headerSize = 20;

/** One RTP source: numbers its packets and keeps every one, for retransmission and to compare what arrives. */
export class TrackSource {
  /** By ordinal, which is also in the last four bytes of each payload. */
  readonly packets: SourcePacket[] = [];
  octets = 0;

  constructor(readonly options: SourceOptions) {}

  /** The RTP timestamp of a moment, ms since the publisher began. */
  timestampAt(elapsed: number): number {
    const { firstTimestamp, clockRate } = this.options;
    return (firstTimestamp + Math.round((elapsed * clockRate) / 1000)) % 2 ** 32;
  }

  /** Makes the next packet of `size` bytes of payload; a frame of several is one call each. */
  next(capturedAt: number, marker: boolean, transportSequence: number, payload: Uint8Array): Uint8Array {
    const { ssrc, payloadType, firstSequence } = this.options;
    const bytes = rtpPacket({
      sequence: firstSequence + this.packets.length,
      timestamp: this.timestampAt(capturedAt),
      ssrc,
      payloadType,
      marker,
      payload,
      transportSequence,
    });
    this.packets.push({ bytes, capturedAt });
    this.octets += payload.length;
    return bytes;
  }

  /** The packet with this 16-bit number under a new transport-wide number; null when there is none. */
  again(sequenceNumber: number, transportSequence: number): Uint8Array | null {
    const last = this.packets.length - 1;
    const ordinal = last - ((this.options.firstSequence + last - sequenceNumber) & 0xffff);
    const bytes = this.packets[ordinal]?.bytes.slice();
    if (!bytes) return null;
    new DataView(bytes.buffer).setUint16(transportSequenceOffset, transportSequence);
    return bytes;
  }

  payloadOf(ordinal: number): Uint8Array | undefined {
    return this.packets[ordinal]?.bytes.subarray(headerSize);
  }
}

/** The payloads of one H.264 picture: what begins a key frame, then fragments (FU-A, RFC 6184 section 5.8). */
export function picture(key: boolean, sizes: readonly number[], firstOrdinal: number): Uint8Array[] {
  const lead = key ? [keyPayload(firstOrdinal)] : [];
  const unitType = key ? 5 : 1;
  const fragments = sizes.map((size, index) => {
    const payload = deltaPayload(firstOrdinal + lead.length + index, size);
    const start = index === 0 ? 0x80 : 0;
    const end = index === sizes.length - 1 ? 0x40 : 0;
    payload[0] = 0x60 | 28;
    payload[1] = start | end | unitType;
    return payload;
  });
  return [...lead, ...fragments];
}
