import type { WsPacket } from '../../egress/index.js';

/** How packets are put into messages of the WebSocket. */
export type Framing = (packets: readonly WsPacket[]) => readonly Uint8Array[];

/** Bytes of a message, one packet excepted. */
const largestMessage = 256 << 10;

/** Of MSE: a message has any number of records (WCS spec F.2). */
export function mseFraming(packets: readonly WsPacket[]): readonly Uint8Array[] {
  const messages: Uint8Array[] = [];
  let together: Uint8Array[] = [];
  let bytes = 0;
  const end = () => {
    if (together.length > 0) messages.push(Buffer.concat(together));
    together = [];
    bytes = 0;
  };
  for (const { data } of packets) {
    if (bytes + data.length > largestMessage) end();
    together.push(data);
    bytes += data.length;
  }
  end();
  return messages;
}

/** Of WSPlayer: a message is a packet (WCS spec F.3). */
export function wsPlayerFraming(packets: readonly WsPacket[]): readonly Uint8Array[] {
  return packets.map(({ data }) => data);
}
