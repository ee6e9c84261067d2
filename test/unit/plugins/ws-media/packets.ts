import type { WsPacket } from '../../../../src/egress/index.js';

/** A packet whose bytes say what it is: K or v, or a, and its time. */
export function packet(text: string, bytes = 0): WsPacket {
  const time = Number(text.slice(1));
  const data = Buffer.concat([Buffer.from(`${text} `), Buffer.alloc(bytes, ' ')]);
  return { kind: text[0] === 'a' ? 'audio' : 'video', key: text[0] === 'K', time, data };
}

export function packets(text: string, bytes = 0): WsPacket[] {
  return text.split(' ').map((one) => packet(one, bytes));
}

/** The same, back. */
export function textOf(list: readonly (Uint8Array | WsPacket)[]): string {
  const bytes = list.map((one) => Buffer.from(one instanceof Uint8Array ? one : one.data));
  return Buffer.concat(bytes).toString().split(/ +/).join(' ').trim();
}
