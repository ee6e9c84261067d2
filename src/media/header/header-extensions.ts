import { absSendTimeUri, dependencyDescriptorUri, type Memory, playoutDelayUri } from '../../kit/index.js';
import { ExtensionWriter, LONGEST_ONE_BYTE_ELEMENT } from '../../rtp/index.js';
import type { TrackExtension } from '../description.js';
import type { CarriedElements } from './carried-elements.js';

const headerSize = 4;
const sendTimeSize = 3;
const playoutDelaySize = 3;
/** Units of 10 ms; 12 bits each for the least and the most delay. */
const playoutDelayUnit = 10;
const mostPlayoutDelay = 1000;
/** Between two units of change, ms: a viewer that is told to wait at once stops its picture for that long. */
const paceOfDelay = 60;

interface Copied {
  readonly id: number;
  /** Place among the elements that the cache carries; the same in the caches of all of a picture's encodings. */
  readonly place: number;
  readonly longest: number;
  /** It begins with a byte and a frame number of two. */
  readonly isDescriptor: boolean;
}

/**
 * Writes the header extension of one viewer's packets (RFC 8285): what the publisher's packet carries and the viewer
 * takes, under the viewer's ids; the time of sending, from which receivers estimate the bandwidth; and how long the viewer
 * should hold the picture back.
 */
export class HeaderExtensions {
  /** Bytes that `write` takes at most. */
  readonly room: number;
  private readonly writer = new ExtensionWriter();
  /** Of the element that may be too long for the one-byte form; -1 for none. */
  private readonly longPlace: number;
  /** Least playout delay as last written, in units; -1 while none has been asked for. */
  private playoutDelay = -1;
  private wantedDelay = -1;
  private nextDelayAt = 0;

  private constructor(
    private readonly copied: readonly Copied[],
    private readonly sendTimeId: number,
    private readonly playoutDelayId: number,
  ) {
    this.longPlace = copied.find(({ longest }) => longest > LONGEST_ONE_BYTE_ELEMENT)?.place ?? -1;
    const head = this.longPlace < 0 ? 1 : 2;
    let values = copied.reduce((sum, { longest }) => sum + head + longest, 0);
    if (sendTimeId !== 0) values += head + sendTimeSize;
    if (playoutDelayId !== 0) values += head + playoutDelaySize;
    this.room = headerSize + 4 * Math.ceil(values / 4);
  }

  /**
   * @param extensions as agreed with the viewer
   * @param carried of the up track; null where it carries none
   * @param once no packet goes twice under one packet index: only then may it say what is true only now, for one index
   *   may seal one packet only (RFC 3711 section 9.1, RFC 7714 section 8.1)
   * @returns null where there is never anything to write
   */
  static create(
    extensions: readonly TrackExtension[],
    carried: CarriedElements | null,
    once: boolean,
  ): HeaderExtensions | null {
    const copied: Copied[] = [];
    let sendTimeId = 0;
    let playoutDelayId = 0;
    for (const { id, uri } of extensions) {
      if (uri === absSendTimeUri && once) sendTimeId = id;
      if (uri === playoutDelayUri && once) playoutDelayId = id;
      const place = carried?.all.findIndex((candidate) => candidate.uri === uri) ?? -1;
      const longest = carried?.all[place]?.longest;
      const isDescriptor = uri === dependencyDescriptorUri;
      if (longest !== undefined) copied.push({ id, place, longest, isDescriptor });
    }
    if (copied.length + sendTimeId + playoutDelayId === 0) return null;
    return new HeaderExtensions(copied, sendTimeId, playoutDelayId);
  }

  /**
   * From now on has the viewer hold the picture back, in place of what the publisher says of it. It gets there step by
   * step, so that the picture plays slower or faster for a while instead of standing still or jumping.
   * @param least ms, at most 10 s; the viewer keeps the last value that it got
   */
  delayPlayout(least: number): void {
    this.wantedDelay = Math.min(mostPlayoutDelay, Math.round(least / playoutDelayUnit));
    if (this.playoutDelay < 0) this.playoutDelay = 0;
  }

  /**
   * @param offset behind the fixed header
   * @param elements of the cache that the packet lies in, or null
   * @param slot of the packet in it
   * @param now ms
   * @param frameShift what is added to the frame number of the dependency descriptor
   * @returns bytes written; 0 for none, and then the header must not announce an extension
   */
  write(
    memory: Memory,
    offset: number,
    elements: CarriedElements | null,
    slot: number,
    now: number,
    frameShift: number,
  ): number {
    const { writer, longPlace } = this;
    const longest = longPlace < 0 ? 0 : (elements?.all[longPlace]?.lengths[slot] ?? 0);
    writer.begin(memory, offset, longest > LONGEST_ONE_BYTE_ELEMENT);
    if (this.sendTimeId !== 0) writer.addUint(this.sendTimeId, sendTime(now), sendTimeSize);
    const delays = this.playoutDelayId !== 0 && this.playoutDelay >= 0;
    if (delays && this.wantedDelay !== this.playoutDelay) this.approachDelay(now);
    if (delays)
      writer.addUint(this.playoutDelayId, this.playoutDelay * 0x1000 + mostPlayoutDelay, playoutDelaySize);
    for (const { id, place, isDescriptor } of this.copied) {
      const element = elements?.all[place];
      if (!element || (delays && id === this.playoutDelayId)) continue;
      const at = element.offsets[slot] as number;
      if (at < 0) continue;
      const length = element.lengths[slot] as number;
      if (!writer.add(id, at, length) || !isDescriptor || frameShift === 0) continue;
      const number = writer.position - length + 1;
      memory.view.setUint16(number, memory.view.getUint16(number) + frameShift);
    }
    return writer.end();
  }

  private approachDelay(now: number): void {
    if (now < this.nextDelayAt) return;
    this.playoutDelay += this.wantedDelay > this.playoutDelay ? 1 : -1;
    this.nextDelayAt = now + paceOfDelay;
  }
}

/** Seconds as 6.18 fixed point, which wraps every 64 s. */
function sendTime(now: number): number {
  return Math.floor((now * 0x4_0000) / 1000) % 0x100_0000;
}
