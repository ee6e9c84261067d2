import type { WsPacket } from './ws-packet.js';

/** How long packets are collected for one message, ms. */
const gatherTime = 40;
/** Messages on their way to the control process at which it is too busy for more. */
const mostWaiting = 64;
/** The same for sound, which is small, and which players miss more: they wait for it. */
const mostWaitingForSound = 1024;

/**
 * Collects packets into few messages. While the control process does not read, they are left out up to the next that a player
 * can begin with.
 */
export class PacketBatch {
  private packets: WsPacket[] = [];
  private timer: NodeJS.Timeout | undefined;
  private skipping = true;
  private begun = false;

  /** @param backlog messages that wait to be written */
  constructor(
    private readonly send: (packets: readonly WsPacket[]) => void,
    private readonly backlog: () => number,
  ) {}

  add(packet: WsPacket): void {
    const waiting = this.backlog();
    if (packet.key || (this.begun && !this.skipping)) this.skipping = waiting > mostWaiting;
    if (!this.skipping) this.begun = true;
    else if (packet.kind === 'video' || !this.begun || waiting > mostWaitingForSound) return;
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
