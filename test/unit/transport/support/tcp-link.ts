import koffi from 'koffi';

const c = koffi.load(null);
const socket = c.func('int socket(int domain, int type, int protocol)');
const connect = c.func('int connect(int fd, const void *address, uint32_t length)');
const bind = c.func('int bind(int fd, const void *address, uint32_t length)');
const setsockopt = c.func('int setsockopt(int fd, int level, int name, const void *value, uint32_t length)');
const send = c.func('int64_t send(int fd, const void *data, size_t length, int flags)');
const recv = c.func('int64_t recv(int fd, _Out_ void *data, size_t length, int flags)');
const close = c.func('int close(int fd)');

const AF_INET = 2;
const SOCK_STREAM = 1;
const SOL_SOCKET = 1;
const SO_RCVBUF = 8;
const IPPROTO_TCP = 6;
const TCP_NODELAY = 1;
const DONTWAIT_NOSIGNAL = 0x4040;

function addressOf(ip: string, port: number): Buffer {
  const address = Buffer.alloc(16);
  address.writeUInt16LE(AF_INET, 0);
  address.writeUInt16BE(port, 2);
  address.set(ip.split('.').map(Number), 4);
  return address;
}

export interface LinkOptions {
  /** Where it comes from. */
  readonly from?: string;
  /** Of the kernel, bytes: little makes a slow reader. */
  readonly receiveBuffer?: number;
}

/**
 * A TCP connection to a port of the loopback that sends and takes datagrams, framed as RFC 4571 says; on its own, with
 * none of the server's code. Everything is done at once or not at all, so that tests need not wait.
 */
export class TcpLink {
  /** Whether the other side has ended it. */
  ended = false;
  readonly #descriptor: number;
  readonly #chunk = Buffer.alloc(65_536);
  #rest = Buffer.alloc(0);

  constructor(port: number, options: LinkOptions = {}) {
    this.#descriptor = socket(AF_INET, SOCK_STREAM, 0);
    this.#set(IPPROTO_TCP, TCP_NODELAY, 1);
    if (options.receiveBuffer) this.#set(SOL_SOCKET, SO_RCVBUF, options.receiveBuffer);
    if (options.from) bind(this.#descriptor, addressOf(options.from, 0), 16);
    if (connect(this.#descriptor, addressOf('127.0.0.1', port), 16) !== 0) {
      close(this.#descriptor);
      throw new Error(`connect: errno ${koffi.errno()}`);
    }
  }

  static frame(datagram: Uint8Array): Buffer {
    const header = Buffer.alloc(2);
    header.writeUInt16BE(datagram.length);
    return Buffer.concat([header, datagram]);
  }

  /** Sends a datagram. */
  send(datagram: Uint8Array): void {
    this.write(TcpLink.frame(datagram));
  }

  /** Sends bytes as they are; they must fit the kernel's buffer. */
  write(bytes: Uint8Array): void {
    const sent = send(this.#descriptor, Buffer.from(bytes), bytes.length, DONTWAIT_NOSIGNAL);
    if (sent !== bytes.length) this.ended = true;
  }

  /** The datagrams that have come whole. @param most bytes to read at a time */
  receive(most = Number.POSITIVE_INFINITY): Buffer[] {
    for (let left = most; left > 0; ) {
      const read = recv(this.#descriptor, this.#chunk, Math.min(left, this.#chunk.length), DONTWAIT_NOSIGNAL);
      if (read <= 0) {
        if (read === 0 || koffi.errno() !== koffi.os.errno.EAGAIN) this.ended = true;
        break;
      }
      left -= read;
      this.#rest = Buffer.concat([this.#rest, this.#chunk.subarray(0, read)]);
    }
    const datagrams: Buffer[] = [];
    while (this.#rest.length >= 2 && this.#rest.length >= 2 + this.#rest.readUInt16BE(0)) {
      const end = 2 + this.#rest.readUInt16BE(0);
      datagrams.push(this.#rest.subarray(2, end));
      this.#rest = this.#rest.subarray(end);
    }
    return datagrams;
  }

  close(): void {
    close(this.#descriptor);
  }

  #set(level: number, name: number, value: number): void {
    const bytes = Buffer.alloc(4);
    bytes.writeInt32LE(value);
    setsockopt(this.#descriptor, level, name, bytes, 4);
  }
}
