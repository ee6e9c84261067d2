import { createSocket } from 'node:dgram';
import { connect } from 'node:net';

/** One way to a media port of the server, over which datagrams go. */
export interface Link {
  send(bytes: Uint8Array): void;
  /** Idempotent. */
  close(): void;
}

export interface Candidate {
  readonly protocol: 'udp' | 'tcp';
  readonly address: string;
  readonly port: number;
}

const receiveBuffer = 1 << 20;
/** What waits for a slow TCP connection at most, bytes; what is more is dropped, as on any network. */
const maxWaiting = 1 << 20;
const maxDatagram = 2048;

/** @param receive takes each datagram that comes; the bytes are its own */
export function openLink(candidate: Candidate, receive: (bytes: Buffer) => void): Link {
  return candidate.protocol === 'udp' ? udpLink(candidate, receive) : tcpLink(candidate, receive);
}

function udpLink({ address, port }: Candidate, receive: (bytes: Buffer) => void): Link {
  const type = address.includes(':') ? 'udp6' : 'udp4';
  const socket = createSocket({ type, recvBufferSize: receiveBuffer });
  let open = true;
  socket.on('error', () => {});
  socket.on('message', (bytes, from) => {
    if (open && from.port === port) receive(bytes);
  });
  return {
    send: (bytes) => {
      if (open) socket.send(bytes, port, address, () => {});
    },
    close: () => {
      if (!open) return;
      open = false;
      // What was given to it last, a goodbye, is still to go.
      setImmediate(() => socket.close());
    },
  };
}

/** Each datagram behind its length (RFC 4571 section 2). */
function tcpLink({ address, port }: Candidate, receive: (bytes: Buffer) => void): Link {
  const socket = connect({ host: address, port, noDelay: true });
  let waiting = Buffer.alloc(0);
  socket.on('error', () => {});
  socket.on('data', (bytes) => {
    waiting = waiting.length === 0 ? bytes : Buffer.concat([waiting, bytes]);
    let at = 0;
    for (; waiting.length - at >= 2; ) {
      const length = waiting.readUInt16BE(at);
      if (length > maxDatagram) {
        socket.destroy();
        return;
      }
      if (waiting.length - at < 2 + length) break;
      receive(Buffer.from(waiting.subarray(at + 2, at + 2 + length)));
      at += 2 + length;
    }
    waiting = waiting.subarray(at);
  });
  return {
    send: (bytes) => {
      if (!socket.writable || socket.connecting || socket.writableLength > maxWaiting) return;
      const frame = Buffer.alloc(2 + bytes.length);
      frame.writeUInt16BE(bytes.length, 0);
      frame.set(bytes, 2);
      socket.write(frame);
    },
    close: () => void socket.end(),
  };
}
