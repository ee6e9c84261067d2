import { createHmac, randomBytes } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { WcsClient } from './wcs-client.js';

const BINDING_SUCCESS = 0x0101;
const MAGIC_COOKIE = 0x2112a442;

/** What a socket has sent, and what came back for it. */
export class Ledger {
  sent = 0;
  /** Bytes of what came, by the first byte's protocol (RFC 7983). */
  readonly came = { stun: 0, dtls: 0, srtp: 0 };
  /** Of the longest STUN message that came. */
  longest = 0;

  note(datagram: Buffer): void {
    const first = datagram[0] ?? 0;
    if (first < 4) this.longest = Math.max(this.longest, datagram.length);
    this.came[first < 4 ? 'stun' : first < 64 ? 'dtls' : 'srtp'] += datagram.length;
  }
}

/** A UDP socket that sends a local port whatever it is given, and counts what comes. */
export class Sender {
  readonly ledger = new Ledger();
  readonly #socket: Socket = createSocket('udp4');
  readonly #answers = new Map<string, () => void>();

  constructor(readonly port: number) {
    this.#socket.on('message', (datagram) => {
      this.ledger.note(datagram);
      if (datagram.length < 20 || datagram.readUInt16BE(0) !== BINDING_SUCCESS) return;
      this.#answers.get(datagram.toString('hex', 8, 20))?.();
    });
  }

  async send(datagrams: readonly Buffer[]): Promise<void> {
    const all = datagrams.map(
      (datagram) =>
        new Promise<void>((resolve) =>
          this.#socket.send(datagram, this.port, '127.0.0.1', () => {
            this.ledger.sent += datagram.length;
            resolve();
          }),
        ),
    );
    await Promise.all(all);
  }

  /** Sends a binding request until it is answered. */
  async ask(request: Buffer): Promise<void> {
    const answered = new Promise<void>((resolve) =>
      this.#answers.set(request.toString('hex', 8, 20), resolve),
    );
    const timer = setInterval(() => void this.send([request]), 500);
    try {
      await this.send([request]);
      await answered;
    } finally {
      clearInterval(timer);
    }
  }

  async close(): Promise<void> {
    this.#socket.close();
    await once(this.#socket, 'close');
  }
}

export interface BindingRequest {
  readonly username?: string;
  readonly password?: string;
  readonly nominate?: boolean;
}

/** A STUN binding request (RFC 8489), with MESSAGE-INTEGRITY where there is a password. */
export function bindingRequest({ username, password, nominate }: BindingRequest): Buffer {
  const attributes: Buffer[] = [];
  const attribute = (type: number, value: Buffer) => {
    const padding = Buffer.alloc((4 - (value.length % 4)) % 4);
    const header = Buffer.alloc(4);
    header.writeUInt16BE(type, 0);
    header.writeUInt16BE(value.length, 2);
    attributes.push(header, value, padding);
  };
  if (username !== undefined) attribute(0x0006, Buffer.from(username));
  attribute(0x0024, Buffer.from('6e0001ff', 'hex'));
  attribute(0x802a, randomBytes(8));
  if (nominate) attribute(0x0025, Buffer.alloc(0));
  const header = Buffer.alloc(20);
  header.writeUInt16BE(0x0001, 0);
  header.writeUInt32BE(MAGIC_COOKIE, 4);
  randomBytes(12).copy(header, 8);
  const length = () => attributes.reduce((sum, { length: bytes }) => sum + bytes, 0);
  if (password !== undefined) {
    header.writeUInt16BE(length() + 24, 2);
    const mac = createHmac('sha1', password).update(Buffer.concat([header, ...attributes]));
    attribute(0x0008, mac.digest());
  }
  header.writeUInt16BE(length(), 2);
  return Buffer.concat([header, ...attributes]);
}

/** A session with a transport that waits for its peer: one who has been let in, and does with it what no client would. */
export class IceClient {
  private constructor(
    readonly client: WcsClient,
    readonly ufrag: string,
    readonly password: string,
    readonly port: number,
  ) {}

  /** Publishes an offer of its own making. @param name of the stream; also the media session's id */
  static async open(wsUrl: string, name: string): Promise<IceClient> {
    const client = await WcsClient.connect(wsUrl);
    const sdp = [
      'v=0',
      'o=- 1 1 IN IP4 0.0.0.0',
      's=-',
      't=0 0',
      'm=audio 9 UDP/TLS/RTP/SAVPF 111',
      'c=IN IP4 0.0.0.0',
      'a=mid:0',
      'a=sendonly',
      'a=rtcp-mux',
      'a=ice-ufrag:abus',
      `a=ice-pwd:${'p'.repeat(24)}`,
      `a=fingerprint:sha-256 ${Array(32).fill('AB').join(':')}`,
      'a=setup:actpass',
      'a=rtpmap:111 opus/48000/2',
      '',
    ].join('\r\n');
    client.send('publishStream', {
      mediaSessionId: name,
      name,
      published: true,
      hasAudio: true,
      hasVideo: false,
      mediaProvider: 'WebRTC',
      sdp,
    });
    const answer = String((await client.message('setRemoteSDP')).data[1]);
    const line = (pattern: RegExp) => pattern.exec(answer)?.[1] ?? '';
    return new IceClient(
      client,
      line(/a=ice-ufrag:(\S+)/),
      line(/a=ice-pwd:(\S+)/),
      Number(line(/a=candidate:\S+ 1 udp \d+ \S+ (\d+)/i)),
    );
  }

  /** @param changes what is wrong with it */
  check(changes: BindingRequest = {}): Buffer {
    return bindingRequest({
      username: `${this.ufrag}:abus`,
      password: this.password,
      nominate: true,
      ...changes,
    });
  }

  async close(): Promise<void> {
    await this.client.close();
  }
}

/** A ClientHello of DTLS 1.2 (RFC 6347) with what a server of DTLS-SRTP wants, its random made anew. */
export function clientHello(): Buffer {
  const u16 = (...values: number[]) => {
    const bytes = Buffer.alloc(2 * values.length);
    values.forEach((value, index) => {
      bytes.writeUInt16BE(value, 2 * index);
    });
    return bytes;
  };
  const extension = (type: number, value: Buffer) => Buffer.concat([u16(type, value.length), value]);
  const extensions = Buffer.concat([
    extension(10, u16(4, 29, 23)),
    extension(11, Buffer.from([1, 0])),
    extension(13, u16(6, 0x0403, 0x0804, 0x0401)),
    extension(14, Buffer.concat([u16(4, 7, 1), Buffer.alloc(1)])),
    extension(23, Buffer.alloc(0)),
  ]);
  const body = Buffer.concat([
    u16(0xfefd),
    randomBytes(32),
    Buffer.from([0, 0]),
    u16(4, 0xc02b, 0xc02f),
    Buffer.from([1, 0]),
    u16(extensions.length),
    extensions,
  ]);
  const handshake = Buffer.alloc(12);
  handshake[0] = 1;
  handshake.writeUIntBE(body.length, 1, 3);
  handshake.writeUIntBE(body.length, 9, 3);
  const record = Buffer.alloc(13);
  record[0] = 22;
  record.writeUInt16BE(0xfeff, 1);
  record.writeUInt16BE(handshake.length + body.length, 11);
  return Buffer.concat([record, handshake, body]);
}
