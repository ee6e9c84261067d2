import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { Peer, type PeerMedia, type ReceivedPacket, type SentPacket } from './peer.js';

const MEDIA: PeerMedia = { audio: [['opus', 111]], video: [['VP8', 96]] };

/** Two who have nothing to do with what else happens to a server: one publishes, the other one watches. */
export class Bystander {
  private constructor(
    private readonly publisher: Peer,
    private readonly viewer: Peer,
    readonly up: string,
    readonly down: string,
    private readonly dropped: number,
  ) {}

  /** Of the stream. */
  static readonly stream = 'bystander';

  /** @param stream its publisher has the same SSRCs whatever it is called */
  static async start(wsUrl: string, stream = Bystander.stream): Promise<Bystander> {
    const dropped = kernelDrops();
    const publisher = await Peer.connect(wsUrl);
    const viewer = await Peer.connect(wsUrl);
    const up = await publisher.publish(stream, MEDIA);
    await publisher.status(up, ['PUBLISHING']);
    const down = await viewer.play(stream, MEDIA);
    await viewer.status(down, ['PLAYING']);
    await viewer.receives(down, 'video', 50);
    return new Bystander(publisher, viewer, up, down, dropped);
  }

  /** Media goes on, and nothing was said to either. */
  async expectUndisturbed(): Promise<void> {
    await this.viewer.receives(this.down, 'video', 25);
    await this.viewer.receives(this.down, 'audio', 25);
    expect([this.statuses(this.publisher), this.statuses(this.viewer)]).toEqual([
      ['PUBLISHING'],
      ['PLAYING'],
    ]);
  }

  /**
   * Every packet since the start has arrived, as it was sent, in order, under one SSRC; but for as many as the kernel has
   * dropped since then, on a machine that has no time for its sockets: no peer here sends anything again.
   */
  async expectUnbroken(): Promise<void> {
    const { received } = await this.viewer.report(this.down);
    const { sent } = await this.publisher.report(this.up);
    const missing = gapsOf(sent.video!, received.video, 96) + gapsOf(sent.audio!, received.audio, 111);
    expect(missing).toBeLessThanOrEqual(kernelDrops() - this.dropped);
    expect([this.statuses(this.publisher), this.statuses(this.viewer)]).toEqual([
      ['PUBLISHING'],
      ['PLAYING'],
    ]);
  }

  async close(): Promise<void> {
    await Promise.all([this.publisher.close(), this.viewer.close()]);
  }

  private statuses(peer: Peer): string[] {
    return peer.events.items
      .filter(({ message }) => message === 'notifyStreamStatusEvent')
      .map(({ data }) => (data?.[0] as { status: string }).status);
  }
}

/** How many packets are missing within what was received; all others are those that were sent. */
function gapsOf(
  sent: readonly SentPacket[],
  received: readonly ReceivedPacket[],
  payloadType: number,
): number {
  const [first, second] = received;
  const start = sent.findIndex(
    ({ payload }, index) => payload === first?.payload && sent[index + 1]?.payload === second?.payload,
  );
  expect(start, 'the first packet received was sent').toBeGreaterThanOrEqual(0);
  let at = start;
  let before = first!.sequenceNumber;
  for (const packet of received) {
    at += (packet.sequenceNumber - before) & 0xffff;
    before = packet.sequenceNumber;
    const { payload, marker } = sent[at] ?? {};
    expect(packet).toMatchObject({ payload, marker, payloadType, ssrc: first!.ssrc });
  }
  return at - start + 1 - received.length;
}

/** Datagrams for which the sockets of this machine had no room. */
function kernelDrops(): number {
  const [, ...sockets] = readFileSync('/proc/net/udp', 'utf8').trim().split('\n');
  return sockets.reduce((sum, line) => sum + Number(line.trim().split(/\s+/).at(-1)), 0);
}
