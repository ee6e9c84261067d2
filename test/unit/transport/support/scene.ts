import { X509Certificate } from 'node:crypto';
import { Agenda, type Memory } from '../../../../src/kit/index.js';
import { Arena, DtlsContext, SRTP_PROFILES, type SrtpProfile } from '../../../../src/native/index.js';
import {
  PortMux,
  type TcpOptions,
  type TransportFailure,
  type TransportHandler,
  type WebRtcTransport,
  type WebRtcTransportOptions,
} from '../../../../src/transport/index.js';
import { clientCertificate, serverCertificate } from '../../native/support/certificates.js';
import { PEER_PASSWORD, PEER_UFRAG, TestPeer } from './test-peer.js';

export const arena = new Arena(64 * 2 ** 20);
/** What to undo, in reverse order. */
export const closers: (() => void)[] = [];
/** The peers' certificate as an SDP may have it. */
export const fingerprint = {
  algorithm: 'SHA-256',
  value: new X509Certificate(clientCertificate.certificate).fingerprint256.toLowerCase(),
};

/** Undoes what was set up, from the latest on, down to the first `keep`. */
export function closeAll(keep = 0): void {
  for (const close of closers.splice(keep).reverse()) close();
}

/** Writes down what happens on a transport. */
export class Recorder implements TransportHandler {
  readonly events: string[] = [];
  onConnected(now: number): void {
    this.events.push(`connected ${now}`);
  }
  onRtp(memory: Memory, offset: number, length: number, now: number): void {
    this.events.push(`rtp ${hex(memory, offset, length)} ${now}`);
  }
  onRtcp(memory: Memory, offset: number, length: number, now: number): void {
    this.events.push(`rtcp ${hex(memory, offset, length)} ${now}`);
  }
  onFailed(reason: TransportFailure, detail: string): void {
    this.events.push(`${reason}: ${detail}`);
  }
  onRemoteClosed(now: number): void {
    this.events.push(`closed ${now}`);
  }
}

function hex(memory: Memory, offset: number, length: number): string {
  return Buffer.from(memory.u8.subarray(offset, offset + length)).toString('hex');
}

/** A port with transports, and their peers, all in virtual time over the loopback. */
export class Scene {
  now = 1000;
  readonly agenda = new Agenda();
  readonly mux: PortMux;

  constructor(
    profiles: readonly SrtpProfile[] = SRTP_PROFILES,
    addresses = 64,
    address = '127.0.0.1',
    tcp: TcpOptions | null = null,
  ) {
    this.mux = new PortMux({
      arena,
      agenda: this.agenda,
      address,
      port: 0,
      ...serverCertificate,
      srtpProfiles: profiles,
      addresses,
      tcp,
    });
    closers.push(() => this.mux.close());
  }

  peer(role: 'server' | 'client' = 'client', certificate = clientCertificate): TestPeer {
    const context = new DtlsContext(arena, certificate);
    const peer = new TestPeer(arena, context, this.mux.local.port, role);
    closers.push(() => {
      peer.close();
      context.close();
    });
    return peer;
  }

  /** The number of the TCP port. */
  get tcpPort(): number {
    return this.mux.tcpLocal?.port ?? 0;
  }

  transport(options: Partial<WebRtcTransportOptions> = {}, handler = new Recorder()): WebRtcTransport {
    return this.mux.createTransport(
      {
        remoteUfrag: PEER_UFRAG,
        remotePassword: PEER_PASSWORD,
        remoteFingerprints: [fingerprint],
        dtlsRole: 'server',
        iceTimeoutMs: 5000,
        keepAliveMs: 8000,
        ...options,
      },
      handler,
      this.now,
    );
  }

  /** Lets datagrams go to and fro until there are none. */
  settle(transport: WebRtcTransport, ...peers: TestPeer[]): void {
    for (let round = 0; round < 8; round++) {
      while (this.mux.receive(this.now) > 0);
      this.mux.receiveTcp(this.now);
      this.mux.flush();
      for (const peer of peers) peer.receive(transport.credentials);
    }
  }

  advance(ms: number): void {
    this.now += ms;
    this.agenda.run(this.now);
  }

  connect(transport: WebRtcTransport, peer: TestPeer): void {
    peer.check(transport.credentials, { nominate: true });
    peer.startDtls();
    this.settle(transport, peer);
  }
}

/** A scene with one transport and its peer. */
export function scene(handler = new Recorder(), options: Partial<WebRtcTransportOptions> = {}) {
  const stage = new Scene();
  const transport = stage.transport(options, handler);
  return { stage, handler, transport, peer: stage.peer() };
}

/** The same with TCP, over which the peer is connected. */
export function tcpScene(handler = new Recorder(), tcp: Partial<TcpOptions> = {}) {
  const stage = new Scene(SRTP_PROFILES, 64, '127.0.0.1', { port: 0, ...tcp });
  const transport = stage.transport({}, handler);
  const peer = stage.peer();
  const link = peer.connectTcp(stage.tcpPort);
  return { stage, handler, transport, peer, link };
}
