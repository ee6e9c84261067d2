import { absSendTimeUri, type Memory } from '../../kit/index.js';
import { ExtensionWriter } from '../../rtp/index.js';
import type { TrackExtension } from '../description.js';
import type { CarriedElement, CarriedElements } from './carried-elements.js';

const headerSize = 4;
const sendTimeSize = 3;

interface Copied {
  readonly id: number;
  readonly element: CarriedElement;
}

/**
 * Writes the header extension of one viewer's packets (RFC 8285): what the publisher's packet carries and the viewer
 * takes, under the viewer's ids, and the time of sending, from which receivers estimate the bandwidth.
 */
export class HeaderExtensions {
  /** Bytes that `write` takes at most. */
  readonly room: number;
  private readonly writer = new ExtensionWriter();

  private constructor(
    private readonly copied: readonly Copied[],
    private readonly sendTimeId: number,
  ) {
    const values = copied.reduce((sum, { element }) => sum + 1 + element.longest, 0);
    const padded = 4 * Math.ceil((values + (sendTimeId === 0 ? 0 : 1 + sendTimeSize)) / 4);
    this.room = headerSize + padded;
  }

  /**
   * @param extensions as agreed with the viewer
   * @param carried of the up track; null where it carries none
   * @param once no packet goes twice under one packet index: only then may it say when it leaves, for one index may seal
   *   one packet only (RFC 3711 section 9.1, RFC 7714 section 8.1)
   * @returns null where there is never anything to write
   */
  static create(
    extensions: readonly TrackExtension[],
    carried: CarriedElements | null,
    once: boolean,
  ): HeaderExtensions | null {
    const copied: Copied[] = [];
    let sendTimeId = 0;
    for (const { id, uri } of extensions) {
      if (uri === absSendTimeUri && once) sendTimeId = id;
      const element = carried?.all.find((candidate) => candidate.uri === uri);
      if (element) copied.push({ id, element });
    }
    return copied.length === 0 && sendTimeId === 0 ? null : new HeaderExtensions(copied, sendTimeId);
  }

  /**
   * @param offset behind the fixed header
   * @param slot of the packet in the up track's cache
   * @param now ms
   * @returns bytes written; 0 for none, and then the header must not announce an extension
   */
  write(memory: Memory, offset: number, slot: number, now: number): number {
    const { writer } = this;
    writer.begin(memory, offset);
    if (this.sendTimeId !== 0) writer.addUint(this.sendTimeId, sendTime(now), sendTimeSize);
    for (const { id, element } of this.copied) {
      const at = element.offsets[slot] as number;
      if (at >= 0) writer.add(id, at, element.lengths[slot] as number);
    }
    return writer.end();
  }
}

/** Seconds as 6.18 fixed point, which wraps every 64 s. */
function sendTime(now: number): number {
  return Math.floor((now * 0x4_0000) / 1000) % 0x100_0000;
}
