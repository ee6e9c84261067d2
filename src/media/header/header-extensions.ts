import {
  absSendTimeUri,
  dependencyDescriptorUri,
  type Memory,
  midUri,
  playoutDelayUri,
} from '../../kit/index.js';
import { ExtensionWriter, MAX_ONE_BYTE_ID, MAX_ONE_BYTE_LENGTH } from '../../rtp/index.js';
import type { DownTrackDescription } from '../description.js';
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

/** Which elements there are to write, by id; 0 for none. */
interface Written {
  readonly copied: readonly Copied[];
  readonly sendTimeId: number;
  readonly playoutDelayId: number;
  readonly midId: number;
  /** ASCII; empty without an id. */
  readonly mid: Uint8Array;
}

/**
 * Writes the header extension of one viewer's packets (RFC 8285): what the publisher's packet carries and the viewer
 * takes, under the viewer's ids; the viewer's own m-section (RFC 9143 section 15.15), on each packet, so that it may go
 * again as it was; the time of sending, from which receivers estimate the bandwidth; and how long the viewer should hold
 * the picture back.
 *
 * Where one of the ids needs the two-byte form, all packets of a viewer's track have it; else those have it that carry a
 * value too long for the other. Only dependency descriptors can be, which are agreed on with those alone that take a
 * mixture (RFC 8285 section 6).
 */
export class HeaderExtensions {
  /** Bytes that `write` takes at most. */
  readonly room: number;
  /** Of all packets. */
  private readonly twoByte: boolean;
  private readonly writer = new ExtensionWriter();
  /** Of the element that may be too long for the one-byte form; -1 for none. */
  private readonly longPlace: number;
  /** Least playout delay as last written, in units; -1 while none has been asked for. */
  private playoutDelay = -1;
  private wantedDelay = -1;
  private nextDelayAt = 0;

  private constructor(private readonly written: Written) {
    const { copied, sendTimeId, playoutDelayId, midId, mid } = written;
    const ids = [...copied.map(({ id }) => id), sendTimeId, playoutDelayId, midId].filter((id) => id !== 0);
    this.twoByte = ids.some((id) => id > MAX_ONE_BYTE_ID);
    this.longPlace = copied.find(({ longest }) => longest > MAX_ONE_BYTE_LENGTH)?.place ?? -1;
    const head = this.twoByte || this.longPlace >= 0 ? 2 : 1;
    let values = copied.reduce((sum, { longest }) => sum + longest, mid.length);
    if (sendTimeId !== 0) values += sendTimeSize;
    if (playoutDelayId !== 0) values += playoutDelaySize;
    this.room = headerSize + 4 * Math.ceil((values + head * ids.length) / 4);
  }

  /**
   * @param description as agreed with the viewer
   * @param carried of the up track; null where it carries none
   * @param once no packet goes twice under one packet index: only then may it say what is true only now, for one index
   *   may seal one packet only (RFC 3711 section 9.1, RFC 7714 section 8.1)
   * @returns null where there is never anything to write
   */
  static create(
    { extensions, mid }: DownTrackDescription,
    carried: CarriedElements | null,
    once: boolean,
  ): HeaderExtensions | null {
    const idOf = (wanted: string) => extensions.find(({ uri }) => uri === wanted)?.id ?? 0;
    const copied: Copied[] = [];
    for (const { id, uri } of extensions) {
      const place = carried?.all.findIndex((candidate) => candidate.uri === uri) ?? -1;
      const longest = carried?.all[place]?.longest;
      const isDescriptor = uri === dependencyDescriptorUri;
      if (longest !== undefined) copied.push({ id, place, longest, isDescriptor });
    }
    const sendTimeId = once ? idOf(absSendTimeUri) : 0;
    const playoutDelayId = once ? idOf(playoutDelayUri) : 0;
    const midId = mid === null ? 0 : idOf(midUri);
    if (copied.length + sendTimeId + playoutDelayId + midId === 0) return null;
    const name = new TextEncoder().encode(midId === 0 || mid === null ? '' : mid);
    return new HeaderExtensions({ copied, sendTimeId, playoutDelayId, midId, mid: name });
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
    const { writer } = this;
    const { sendTimeId, playoutDelayId, midId, mid, copied } = this.written;
    writer.begin(memory, offset, this.twoByte || this.hasLong(elements, slot));
    if (sendTimeId !== 0) writer.addUint(sendTimeId, sendTime(now), sendTimeSize);
    if (midId !== 0) writer.addBytes(midId, mid);
    const delays = playoutDelayId !== 0 && this.playoutDelay >= 0;
    if (delays && this.wantedDelay !== this.playoutDelay) this.approachDelay(now);
    if (delays)
      writer.addUint(playoutDelayId, this.playoutDelay * 0x1000 + mostPlayoutDelay, playoutDelaySize);
    for (const { id, place, isDescriptor } of copied) {
      const element = elements?.all[place];
      if (!element || (delays && id === playoutDelayId)) continue;
      const at = element.offsets[slot] as number;
      if (at < 0) continue;
      const length = element.lengths[slot] as number;
      if (!writer.add(id, at, length) || !isDescriptor || frameShift === 0) continue;
      const number = writer.position - length + 1;
      memory.view.setUint16(number, memory.view.getUint16(number) + frameShift);
    }
    return writer.end();
  }

  /** Whether a packet comes with an element that the one-byte form cannot say. */
  private hasLong(elements: CarriedElements | null, slot: number): boolean {
    if (this.longPlace < 0) return false;
    return (elements?.all[this.longPlace]?.lengths[slot] ?? 0) > MAX_ONE_BYTE_LENGTH;
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
