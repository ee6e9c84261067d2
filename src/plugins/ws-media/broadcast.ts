import type { WsPacket } from '../../egress/index.js';
import type { Framing } from './framing.js';
import { PacketHistory } from './packet-history.js';
import type { Viewer } from './viewer.js';

/** A stream in one form, for all players that take it so. */
export class Broadcast {
  private readonly history: PacketHistory;
  private readonly viewers = new Set<Viewer>();

  /**
   * @param lead how much of the past a player takes before it begins, ms
   * @param historySize bytes
   */
  constructor(
    readonly framing: Framing,
    lead: number,
    historySize: number,
  ) {
    this.history = new PacketHistory(lead, historySize);
  }

  /** @param now ms */
  publish(packets: readonly WsPacket[], now: number): void {
    for (const packet of packets) this.history.add(packet);
    if (this.viewers.size === 0) return;
    const messages = this.framing(packets);
    for (const viewer of this.viewers) viewer.feed(messages, this.history, now);
  }

  join(viewer: Viewer): void {
    this.viewers.add(viewer);
    viewer.join(this.history);
  }

  leave(viewer: Viewer): void {
    this.viewers.delete(viewer);
    viewer.close();
  }
}
