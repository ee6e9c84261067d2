import { describe, expect, it } from 'vitest';
import { Broadcast } from '../../../../src/plugins/ws-media/broadcast.js';
import { mseFraming, wsPlayerFraming } from '../../../../src/plugins/ws-media/framing.js';
import { Viewer } from '../../../../src/plugins/ws-media/viewer.js';
import { packet, packets, textOf } from './packets.js';

const LIMITS = { maxUnsent: 1000, slowTimeout: 10_000 };

/** A socket that sends nothing by itself: a test says how much has gone. */
class FakeSocket {
  readonly sent: Uint8Array[] = [];
  unsent = 0;

  send(bytes: Uint8Array): void {
    this.sent.push(bytes);
    this.unsent += bytes.length;
  }

  /** What was sent since the last time. */
  take(): string {
    return textOf(this.sent.splice(0));
  }
}

function makeViewer(broadcast: Broadcast) {
  const socket = new FakeSocket();
  const log: string[] = [];
  const viewer = new Viewer(socket, broadcast.framing, LIMITS, {
    onStarted: () => log.push('started'),
    onGivenUp: () => log.push('given up'),
  });
  return { viewer, socket, log };
}

const makeBroadcast = (framing = mseFraming) => new Broadcast(framing, 2000, 100_000);

describe('Viewer', () => {
  it('waits for a key frame, then gets what comes', () => {
    const broadcast = makeBroadcast();
    const { viewer, socket, log } = makeViewer(broadcast);
    broadcast.join(viewer);
    broadcast.publish(packets('v0 a1'), 0);
    expect([socket.take(), log]).toEqual(['', []]);
    broadcast.publish(packets('v2 K3 a4'), 0);
    broadcast.publish(packets('v5 a6'), 0);
    expect([socket.take(), log]).toEqual(['K3 a4 v5 a6', ['started']]);
  });

  it('that joins late gets the past at once, and nothing twice', () => {
    const broadcast = makeBroadcast();
    broadcast.publish(packets('K0 v500 K1000 v2000 K3000 v3500'), 0);
    const { viewer, socket } = makeViewer(broadcast);
    broadcast.join(viewer);
    expect(socket.take()).toBe('K1000 v2000 K3000 v3500');
    broadcast.publish(packets('v3540'), 0);
    expect(socket.take()).toBe('v3540');
  });

  it('that is slow gets nothing up to a later key frame, with its sound', () => {
    const broadcast = makeBroadcast();
    const { viewer, socket, log } = makeViewer(broadcast);
    broadcast.join(viewer);
    broadcast.publish(packets('K0'), 0);
    broadcast.publish([packet('v1', 1200)], 0);
    socket.take();
    broadcast.publish(packets('v2 a3'), 0);
    broadcast.publish(packets('K4'), 0);
    expect(socket.take()).toBe('');
    socket.unsent = 500;
    broadcast.publish(packets('a5 v6'), 0);
    expect(socket.take()).toBe('a3 K4 a5 v6');
    broadcast.publish(packets('v7'), 0);
    expect([socket.take(), log]).toEqual(['v7', ['started']]);
  });

  it('that is slow does not begin again with the key frame it fell behind after', () => {
    const broadcast = makeBroadcast();
    const { viewer, socket } = makeViewer(broadcast);
    broadcast.join(viewer);
    broadcast.publish(packets('K0'), 0);
    socket.unsent = 2000;
    broadcast.publish(packets('v1'), 0);
    socket.take();
    socket.unsent = 0;
    broadcast.publish(packets('v2'), 0);
    expect(socket.take()).toBe('');
    broadcast.publish(packets('K3'), 0);
    expect(socket.take()).toBe('K3');
  });

  it('is not slow for what it was sent at once', () => {
    const broadcast = makeBroadcast();
    broadcast.publish([packet('K0', 5000)], 0);
    const { viewer, socket } = makeViewer(broadcast);
    broadcast.join(viewer);
    expect(socket.unsent).toBeGreaterThan(5000);
    broadcast.publish([packet('v1', 500)], 0);
    socket.take();
    broadcast.publish(packets('v2'), 0);
    expect(socket.take()).toBe('v2');
    // Once that has gone it has what others have.
    socket.unsent = 900;
    broadcast.publish([packet('v3', 500)], 0);
    socket.take();
    broadcast.publish(packets('v4'), 0);
    expect(socket.take()).toBe('');
  });

  it('is given up when it does not read, and never sent more than it may have waiting', () => {
    const broadcast = makeBroadcast();
    const { viewer, socket, log } = makeViewer(broadcast);
    broadcast.join(viewer);
    for (let time = 0; time <= 30_000; time += 100)
      broadcast.publish([packet(`${time % 1000 === 0 ? 'K' : 'v'}${time}`, 100)], time);
    expect(log).toEqual(['started', 'given up']);
    expect(socket.unsent).toBeLessThan(1400);
  });

  it('gets nothing once it has left', () => {
    const broadcast = makeBroadcast();
    const { viewer, socket } = makeViewer(broadcast);
    broadcast.join(viewer);
    broadcast.leave(viewer);
    broadcast.publish(packets('K0'), 0);
    expect(socket.take()).toBe('');
  });
});

describe('framing', () => {
  it('of MSE joins packets, up to 256 KiB', () => {
    expect(mseFraming(packets('K0 v1 a2'))).toHaveLength(1);
    const sizes = mseFraming(packets('K0 v1 a2 v3', 100_000)).map(({ length }) => length);
    expect(sizes).toEqual([200_006, 200_006]);
    expect(mseFraming([packet('K0', 300_000), packet('v1')]).map(({ length }) => length)).toEqual([
      300_003, 3,
    ]);
    expect(mseFraming([])).toEqual([]);
  });

  it('of WSPlayer does not', () => {
    expect(wsPlayerFraming(packets('K0 v1 a2')).map((one) => textOf([one]))).toEqual(['K0', 'v1', 'a2']);
  });

  it('is done once for all viewers', () => {
    const broadcast = makeBroadcast();
    const [one, two] = [makeViewer(broadcast), makeViewer(broadcast)];
    broadcast.join(one.viewer);
    broadcast.join(two.viewer);
    broadcast.publish(packets('K0'), 0);
    broadcast.publish(packets('v1 a2'), 0);
    expect(one.socket.sent[1]).toBe(two.socket.sent[1]);
  });
});
