import type { FromEgress } from './channel.js';

/** What the channel takes beside the bytes of a message, bytes. */
const overhead = 256;

/** Bytes that may wait until the control process reads them, of one output and of all. */
export interface OutgoingLimits {
  readonly output: number;
  readonly total: number;
}

export const outgoingLimits: OutgoingLimits = { output: 4 << 20, total: 32 << 20 };

/**
 * What has been said to the control process and waits until it reads. Beyond the limits an output is to leave out what it
 * can; at twice as much it is at its end.
 */
export class Outgoing {
  /** Bytes that wait. */
  waiting = 0;
  private readonly byOutput = new Map<number, number>();

  /** @param write calls back once it is written */
  constructor(
    private readonly write: (message: FromEgress, onWritten: () => void) => void,
    private readonly limits = outgoingLimits,
  ) {}

  send(message: FromEgress): void {
    const size = overhead + (message.type === 'output' ? bytesIn(message.event) : 0);
    const output = message.type === 'output' ? message.id : -1;
    this.count(output, size);
    let written = false;
    this.write(message, () => {
      if (written) return;
      written = true;
      this.count(output, -size);
    });
  }

  /** Whether an output should leave out what it can. */
  isCongested(output: number): boolean {
    return this.exceeds(output, 1);
  }

  /** Whether nothing more of an output can wait. */
  isFull(output: number): boolean {
    return this.exceeds(output, 2);
  }

  private exceeds(output: number, times: number): boolean {
    const own = this.byOutput.get(output) ?? 0;
    const { limits } = this;
    // Who has nothing waiting is not to suffer for the others.
    return own > times * limits.output || (own > 0 && this.waiting > times * limits.total);
  }

  private count(output: number, size: number): void {
    this.waiting += size;
    const left = (this.byOutput.get(output) ?? 0) + size;
    if (left > 0) this.byOutput.set(output, left);
    else this.byOutput.delete(output);
  }
}

/** Bytes of the buffers in an event, in lists as well. */
function bytesIn(event: object): number {
  let bytes = 0;
  for (const value of Object.values(event)) {
    if (ArrayBuffer.isView(value)) bytes += value.byteLength;
    else if (typeof value === 'string') bytes += 2 * value.length;
    else if (typeof value === 'object' && value !== null) bytes += bytesIn(value);
  }
  return bytes;
}
