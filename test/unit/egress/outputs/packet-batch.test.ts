import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { PacketBatch } from '../../../../src/egress/outputs/packet-batch.js';
import type { WsPacket } from '../../../../src/egress/outputs/ws-packet.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function makeBatch() {
  const sent: string[] = [];
  const state = { congested: false };
  const batch = new PacketBatch(
    (packets) => sent.push(packets.map(({ time }) => time).join(' ')),
    () => state.congested,
  );
  const add = (time: number, kind: WsPacket['kind'] = 'video', key = false) =>
    batch.add({ kind, key, time, data: new Uint8Array() });
  return { batch, sent, state, add };
}

it('gathers what comes within 40 ms', () => {
  const { sent, add } = makeBatch();
  add(0, 'video', true);
  add(1);
  vi.advanceTimersByTime(39);
  add(2);
  vi.advanceTimersByTime(1);
  add(3);
  vi.advanceTimersByTime(40);
  expect(sent).toEqual(['0 1 2', '3']);
});

it('begins with a key frame', () => {
  const { sent, add } = makeBatch();
  add(0);
  add(1, 'audio');
  add(2, 'video', true);
  vi.advanceTimersByTime(40);
  expect(sent).toEqual(['2']);
});

it('leaves pictures out while nobody reads, up to the next key frame, but no sound', () => {
  const { sent, state, add } = makeBatch();
  add(0, 'video', true);
  state.congested = true;
  add(1);
  add(2, 'audio');
  state.congested = false;
  add(4);
  add(5, 'audio');
  add(6, 'video', true);
  add(7);
  vi.advanceTimersByTime(40);
  expect(sent).toEqual(['0 2 5 6 7']);
});

it('sends nothing more once it is closed', () => {
  const { batch, sent, add } = makeBatch();
  add(0, 'video', true);
  batch.close();
  vi.advanceTimersByTime(100);
  expect(sent).toEqual([]);
});
