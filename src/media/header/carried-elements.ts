import {
  absCaptureTimeUri,
  audioLevelUri,
  dependencyDescriptorUri,
  playoutDelayUri,
  videoOrientationUri,
} from '../../kit/index.js';
import type { RtpPacket } from '../../rtp/index.js';
import type { TrackExtension } from '../description.js';

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
}

/**
 * The header extension elements of an up track that viewers get as they are (RFC 8285): looked for once, when a packet
 * arrives, and written for each viewer from where they lie.
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
      noted.push({ id, uri, allowed, longest: Math.max(...allowed), offsets, lengths });
    }
    return noted.length === 0 ? null : new CarriedElements(noted);
  }

  /**
   * Notes the elements of a packet that was stored.
   * @param shift from the packet to its copy in the cache, bytes
   */
  note(packet: RtpPacket, slot: number, shift: number): void {
    for (const element of this.noted) {
      const found = packet.findExtension(element.id);
      const known = found >= 0 && element.allowed.has(packet.elementLength);
      element.offsets[slot] = known ? found + shift : -1;
      element.lengths[slot] = known ? packet.elementLength : 0;
    }
  }
}
