import { describe, expect, it } from 'vitest';
import { PacketHistory } from '../../../../src/plugins/ws-media/packet-history.js';
import { packets, textOf } from './packets.js';

function historyOf(text: string, { lead = 2000, maxBytes = 10_000, bytes = 0 } = {}): PacketHistory {
  const history = new PacketHistory(lead, maxBytes);
  for (const packet of packets(text, bytes)) history.add(packet);
  return history;
}

describe('PacketHistory', () => {
  it('is empty before the first key frame', () => {
    expect(historyOf('v0 a10').start()).toEqual([]);
    expect(historyOf('v0 a10').newest()).toEqual([]);
  });

  it('begins with the newest key frame that is old enough, or the oldest there is', () => {
    expect(textOf(historyOf('K0 v500 K1000 v1500').start())).toBe('K0 v500 K1000 v1500');
    expect(textOf(historyOf('K0 v500 K1000 v1500 K2000 v2500 K3000').start())).toBe(
      'K1000 v1500 K2000 v2500 K3000',
    );
    expect(textOf(historyOf('K0 v500 K1000 v1500 K2000 v2999').start())).toBe(
      'K0 v500 K1000 v1500 K2000 v2999',
    );
  });

  it('has the sound of its key frame, though that came before', () => {
    const history = historyOf('K0 a900 a930 a950 v960 a970 K1000 a990 v1040 K3100');
    expect(textOf(history.start())).toBe('a950 a970 K1000 a990 v1040 K3100');
    expect(textOf(history.newest())).toBe('K3100');
    expect(textOf(historyOf('K0 a900 a950 K1000 a990').newest())).toBe('a950 K1000 a990');
  });

  it('counts key frames', () => {
    expect(historyOf('v0').count).toBe(0);
    expect(historyOf('K0 v1 K2 K5000').count).toBe(3);
  });

  it('forgets what is oldest above its size, all of it if need be', () => {
    const options = { maxBytes: 1000, bytes: 200 };
    expect(textOf(historyOf('K0 v1 K2 v3 v4', options).start())).toBe('K2 v3 v4');
    const empty = historyOf('K0 v1 v2 v3 v4 v5 v6', options);
    expect(empty.start()).toEqual([]);
    empty.add(packets('K7')[0]!);
    expect(textOf(empty.start())).toBe('K7');
  });
});
