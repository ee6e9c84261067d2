import type { MediaConnection } from '../../client/index.js';
import { type Memory, randomUint32 } from '../../kit/index.js';
import {
  ntpFraction,
  ntpSeconds,
  type Packetizer,
  type PayloadSink,
  RTP_HEADER_LENGTH,
  writeDelaySinceLastReference,
  writeRtpHeader,
  writeSdesCname,
  writeSenderReport,
} from '../../rtp/index.js';

/** Bytes of a payload at most: players' packets get header extensions and what SRTP adds. */
const longestPayload = 1120;
/** Packets kept for who asks again; a power of two. */
const kept = 1024;
const reportSize = 96;
const cname = Buffer.from('sluice');

/** The echo of a time that the server sent (RFC 3611 section 4.5). */
export interface ReferenceEcho {
  readonly asker: number;
  readonly reference: number;
  /** Since it came, in 65536ths of a second. */
  readonly delay: number;
}

interface Packet {
  readonly index: number;
  readonly marker: boolean;
  readonly timestamp: number;
  readonly payload: Uint8Array;
}

/** One track's frames as RTP to a server (RFC 3550), with what it asks for again (RFC 4585). */
export class OutgoingTrack implements PayloadSink {
  readonly ssrc = randomUint32();
  frames = 0;
  packets = 0;
  /** Payload bytes. */
  octets = 0;
  /** Packets that were sent again. */
  repeated = 0;
  private readonly ring: (Packet | undefined)[] = new Array(kept);
  /** In the lower half of the first cycle, which is what a receiver takes it to be (RFC 3711 section 3.3.1). */
  private index = randomUint32() & 0x7fff;
  private readonly firstTimestamp = randomUint32();
  private timestamp = 0;
  private readonly place: number;

  constructor(
    private readonly connection: MediaConnection,
    readonly kind: 'audio' | 'video',
    private readonly payloadType: number,
    private readonly clockRate: number,
    private readonly packetizer: Packetizer,
  ) {
    this.place = connection.memory.require(2048);
  }

  /** @param time of the frame, ms */
  send(data: Uint8Array, time: number): void {
    this.timestamp = this.timestampAt(time);
    if (this.packetizer.packetize(data, longestPayload, this)) this.frames += 1;
  }

  onPayload({ u8 }: Memory, offset: number, length: number, last: boolean): void {
    const packet = {
      index: this.index++,
      marker: this.kind === 'video' && last,
      timestamp: this.timestamp,
      payload: u8.slice(offset, offset + length),
    };
    this.ring[packet.index % kept] = packet;
    this.packets += 1;
    this.octets += length;
    this.transmit(packet);
  }

  /** Sends a packet again, exactly as it was, if it is still there. @param sequence 16 bits */
  repeat(sequence: number): void {
    const packet = this.ring[sequence % kept];
    if (!packet || (packet.index & 0xffff) !== sequence) return;
    this.repeated += 1;
    this.transmit(packet);
  }

  /**
   * Says which timestamp belongs to which time of day (RFC 3550 section 6.4.1).
   * @param time of the media, ms
   * @param wallClock when that is sent, ms of Unix time
   * @param echo what the server is to be told beside it
   */
  report(time: number, wallClock: number, echo: ReferenceEcho | null = null): void {
    const { connection, ssrc, packets, octets } = this;
    const at = connection.begin(reportSize);
    if (at < 0) return;
    const [seconds, fraction] = [ntpSeconds(wallClock), ntpFraction(wallClock)];
    const { memory } = connection;
    let length = writeSenderReport(
      memory,
      at,
      ssrc,
      seconds,
      fraction,
      this.timestampAt(time),
      packets,
      octets,
    );
    length += writeSdesCname(memory, at + length, ssrc, cname);
    if (echo) {
      const { asker, reference, delay } = echo;
      length += writeDelaySinceLastReference(memory, at + length, ssrc, asker, reference, delay);
    }
    connection.sendRtcp(at, length);
  }

  private timestampAt(time: number): number {
    return (this.firstTimestamp + Math.round((time * this.clockRate) / 1000)) >>> 0;
  }

  private transmit({ index, marker, timestamp, payload }: Packet): void {
    const { connection, place, payloadType, ssrc } = this;
    const at = connection.begin(RTP_HEADER_LENGTH + payload.length);
    if (at < 0) return;
    const { memory } = connection;
    memory.u8.set(payload, place);
    const length = writeRtpHeader(memory, at, marker, payloadType, index & 0xffff, timestamp, ssrc);
    connection.sendRtp(at, length, place, payload.length, index);
  }
}
