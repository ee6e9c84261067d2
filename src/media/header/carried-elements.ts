import {
  absCaptureTimeUri,
  audioLevelUri,
  dependencyDescriptorUri,
  playoutDelayUri,
  videoOrientationUri,
} from '../../kit/index.js';
import type { RtpPacket } from '../../rtp/index.js';
import type { TrackExtension } from '../description.js';
import { LastingValue } from './lasting-value.js';

/** The lengths that a value may have, bytes; one of another length is not what its URI says. */
const lengthsOf = new Map<string, ReadonlySet<number>>([
  [audioLevelUri, new Set([1])],
  [videoOrientationUri, new Set([1])],
  [playoutDelayUri, new Set([3])],
  [absCaptureTimeUri, new Set([8, 16])],
  [dependencyDescriptorUri, new Set(Array.from({ length: 253 }, (_, more) => 3 + more))],
]);

/** Where one extension's value lies in the cached packets, by slot. */
export interface CarriedElement {
  readonly uri: string;
  /** The longest it can be, bytes. */
  readonly longest: number;
  /** Offset in the cache's memory; -1 where the packet has none. */
  readonly offsets: Int32Array;
  readonly lengths: Uint8Array;
}

interface NotedElement extends CarriedElement {
  readonly id: number;
  readonly allowed: ReadonlySet<number>;
  /** Where the value holds for later packets as well. */
  readonly lasting: LastingValue | null;
}

/**
 * The header extension elements of an up track that viewers get as they are (RFC 8285): looked for once, when a packet
 * arrives, and written for each viewer from where they lie. Where a key frame begins without a playout delay, the newest
 * there was is put behind that packet, once: so whoever begins there hears of it, and the packet is the same each time it
 * goes (RFC 3711 section 9.1).
 */
export class CarriedElements {
  readonly all: readonly CarriedElement[];
  private readonly noted: readonly NotedElement[];

  private constructor(noted: readonly NotedElement[]) {
    this.noted = noted;
    this.all = noted;
  }

  /**
   * @param extensions as agreed with the publisher
   * @param capacity slots of the cache
   * @returns null where none of them is carried
   */
  static create(extensions: readonly TrackExtension[], capacity: number): CarriedElements | null {
    const noted: NotedElement[] = [];
    for (const { id, uri } of extensions) {
      const allowed = lengthsOf.get(uri);
      if (!allowed) continue;
      const offsets = new Int32Array(capacity);
      const lengths = new Uint8Array(capacity);
      const longest = Math.max(...allowed);
      const lasting = uri === playoutDelayUri ? new LastingValue(longest) : null;
      noted.push({ id, uri, allowed, longest, offsets, lengths, lasting });
    }
    return noted.length === 0 ? null : new CarriedElements(noted);
  }

  /**
   * Notes the elements of a packet that was stored.
   * @param offset of its copy in the cache, in the same memory
   * @param free bytes behind the copy, of which the last are taken
   * @param sequence its extended sequence number
   */
  note(
    packet: RtpPacket,
    slot: number,
    offset: number,
    free: number,
    sequence: number,
    keyFrame: boolean,
  ): void {
    for (const element of this.noted) {
      const { lasting, offsets, lengths } = element;
      const found = packet.findExtension(element.id);
      const known = found >= 0 && element.allowed.has(packet.elementLength);
      offsets[slot] = known ? found - packet.offset + offset : -1;
      lengths[slot] = known ? packet.elementLength : 0;
      if (lasting === null) continue;
      if (known) lasting.learn(packet.memory, found, sequence);
      else if (keyFrame && lasting.isKnown && lasting.length <= free) {
        const place = offset + packet.length + free - lasting.length;
        lasting.copyTo(packet.memory, place);
        offsets[slot] = place;
        lengths[slot] = lasting.length;
      }
    }
  }

  /** Another source is to follow. */
  forget(): void {
    for (const { lasting } of this.noted) lasting?.forget();
  }
}
