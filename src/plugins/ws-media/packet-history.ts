import type { WsPacket } from '../../egress/index.js';

/** Sound that came before a key frame and is no older than this belongs to it, ms. */
const overlap = 60;

/** From one packet that a player can begin with to the next. */
interface Group {
  readonly time: number;
  /** Sound of the same time that came before. */
  readonly early: readonly WsPacket[];
  readonly packets: WsPacket[];
  bytes: number;
}

/** The last seconds of a stream, for players that join: from a key frame on that is old enough, or the oldest there is. */
export class PacketHistory {
  private readonly groups: Group[] = [];
  private bytes = 0;
  private newestTime = 0;
  private begun = 0;

  /**
   * @param lead how old that key frame should be, ms
   * @param maxBytes above it what is oldest is forgotten, all of it if need be
   */
  constructor(
    private readonly lead: number,
    private readonly maxBytes: number,
  ) {}

  /** How many key frames there have been. */
  get count(): number {
    return this.begun;
  }

  add(packet: WsPacket): void {
    if (packet.key) this.begin(packet.time);
    const group = this.groups.at(-1);
    if (!group) return;
    group.packets.push(packet);
    group.bytes += packet.data.length;
    this.bytes += packet.data.length;
    if (packet.kind === 'video' || packet.key) this.newestTime = packet.time;
    this.trim();
  }

  /** What a player that joins gets at once; nothing where it has to wait for a key frame. */
  start(): readonly WsPacket[] {
    return this.from(0);
  }

  /** From the newest key frame on. */
  newest(): readonly WsPacket[] {
    return this.from(this.groups.length - 1);
  }

  private from(index: number): readonly WsPacket[] {
    const groups = this.groups.slice(Math.max(0, index));
    return [...(groups[0]?.early ?? []), ...groups.flatMap(({ packets }) => packets)];
  }

  private begin(time: number): void {
    const before = this.groups.at(-1)?.packets ?? [];
    const early = before.filter((packet) => packet.kind === 'audio' && packet.time >= time - overlap);
    this.groups.push({ time, early, packets: [], bytes: 0 });
    this.begun += 1;
  }

  private trim(): void {
    while (this.groups.length > 1 && (this.isOldEnough(1) || this.bytes > this.maxBytes)) this.drop();
    if (this.bytes > this.maxBytes) this.drop();
  }

  private isOldEnough(index: number): boolean {
    return (this.groups[index] as Group).time <= this.newestTime - this.lead;
  }

  private drop(): void {
    this.bytes -= this.groups.shift()?.bytes ?? 0;
  }
}
