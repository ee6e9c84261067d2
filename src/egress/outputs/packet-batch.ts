import type { WsPacket } from './ws-packet.js';

/** How long packets are collected for one message, ms. */
const gatherTime = 40;

/**
 * Collects packets into few messages. While the control process does not read, pictures are left out up to the next that a
 * player can begin with; sound is small, and missed more: it waits.
 */
export class PacketBatch {
  private packets: WsPacket[] = [];
  private timer: NodeJS.Timeout | undefined;
  private skipping = true;
  private begun = false;

  /** @param congested whether the control process takes messages more slowly than they come */
  constructor(
    private readonly send: (packets: readonly WsPacket[]) => void,
    private readonly congested: () => boolean,
  ) {}

  add(packet: WsPacket): void {
    if (packet.key || (this.begun && !this.skipping)) this.skipping = this.congested();
    if (!this.skipping) this.begun = true;
    else if (packet.kind === 'video' || !this.begun) return;
    this.packets.push(packet);
    this.timer ??= setTimeout(() => this.flush(), gatherTime);
  }

  close(): void {
    clearTimeout(this.timer);
    this.packets = [];
  }

  private flush(): void {
    this.timer = undefined;
    const { packets } = this;
    this.packets = [];
    this.send(packets);
  }
}
