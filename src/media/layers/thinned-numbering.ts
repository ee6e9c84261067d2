/** Packets remembered; a power of two. What is older is not asked for any more. */
const capacity = 2048;
const mask = capacity - 1;

/**
 * Numbers the packets of one source for one viewer where some are left out on purpose: what is left out leaves no gap,
 * what is missing does, since it may still come. Such a packet then finds its number kept for it.
 */
export class ThinnedNumbering {
  /** Sequence number of the newest packet that was numbered or left out. */
  last: number;
  /** By sequence number: the index; -1 for one left out. */
  private readonly indexes = new Float64Array(capacity).fill(-1);
  /** By index: the sequence number. */
  private readonly sequences = new Float64Array(capacity).fill(-1);
  /** Of each packet, by index: what is added to its picture id and TL0PICIDX; and what its sender notes. */
  private readonly pictureDeltas = new Int16Array(capacity);
  private readonly tl0Deltas = new Uint8Array(capacity);
  private readonly notes = new Uint8Array(capacity);
  private leftOut = -1;
  private delta: number;
  private readonly firstDelta: number;

  /**
   * @param first extended sequence number of the first packet
   * @param index that it has
   * @param pictureDelta what is added to the picture ids from here on, until pictures are left out that leave no gap
   * @param tl0Delta the same for TL0PICIDX
   */
  constructor(
    readonly first: number,
    index: number,
    private pictureDelta = 0,
    private readonly tl0Delta = 0,
  ) {
    this.delta = index - first;
    this.firstDelta = this.delta;
    this.last = first - 1;
  }

  /** Numbers a packet newer than all before. @returns its index */
  take(sequence: number): number {
    this.keepGap(sequence);
    this.note(sequence);
    this.last = sequence;
    return sequence + this.delta;
  }

  /**
   * Leaves out a packet newer than all before.
   * @param pictureId of its picture, all packets of which are left out; -1 for none
   */
  leaveOut(sequence: number, pictureId: number): void {
    this.keepGap(sequence);
    if (pictureId >= 0 && pictureId !== this.leftOut) this.pictureDelta -= 1;
    this.leftOut = pictureId;
    this.indexes[sequence & mask] = -1;
    this.delta -= 1;
    this.last = sequence;
  }

  /** The index of a packet that is not newer than all before; -1 when it was left out, or is too old to tell. */
  indexOf(sequence: number): number {
    const index = this.indexes[sequence & mask] as number;
    return index >= 0 && this.sequences[index & mask] === sequence ? index : -1;
  }

  /** The packet that has, or would have, this index; -1 for none known. */
  sequenceOf(index: number): number {
    const sequence = this.sequences[index & mask] as number;
    return sequence >= 0 && this.indexes[sequence & mask] === index ? sequence : -1;
  }

  /** Whether a packet of this index is numbered here, and not before. */
  covers(index: number): boolean {
    return index >= this.first + this.firstDelta;
  }

  pictureDeltaOf(index: number): number {
    return this.pictureDeltas[index & mask] as number;
  }

  tl0DeltaOf(index: number): number {
    return this.tl0Deltas[index & mask] as number;
  }

  /** What was noted of a packet; 0 for nothing. */
  noteOf(index: number): number {
    return this.notes[index & mask] as number;
  }

  setNote(index: number, note: number): void {
    this.notes[index & mask] = note;
  }

  private keepGap(sequence: number): void {
    for (let lost = Math.max(this.last + 1, sequence - capacity); lost < sequence; lost += 1) this.note(lost);
  }

  private note(sequence: number): void {
    const index = sequence + this.delta;
    this.indexes[sequence & mask] = index;
    this.sequences[index & mask] = sequence;
    this.pictureDeltas[index & mask] = this.pictureDelta;
    this.tl0Deltas[index & mask] = this.tl0Delta;
    this.notes[index & mask] = 0;
  }
}
