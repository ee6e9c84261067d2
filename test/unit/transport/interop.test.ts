import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, it } from 'vitest';
import { Agenda } from '../../../src/kit/index.js';
import { Arena, type SrtpProfile } from '../../../src/native/index.js';
import { PortMux, type WebRtcTransport } from '../../../src/transport/index.js';
import { UdpRelay } from '../../support/udp-relay.js';
import { serverCertificate } from '../native/support/certificates.js';

const SCRIPT = fileURLToPath(new URL('support/libdatachannel-peer.mjs', import.meta.url));
const WANTED = 60;
const arena = new Arena(16 * 2 ** 20);
let peer: ChildProcess | undefined;

afterEach(() => {
  peer?.kill('SIGKILL');
});

interface Message {
  readonly offer?: string;
  readonly state?: string;
  readonly got?: string;
}

function field(sdp: string, pattern: RegExp): string {
  const value = pattern.exec(sdp)?.[1];
  if (value === undefined) throw new Error(`no ${pattern} in the offer`);
  return value;
}

function answerOf(
  mux: PortMux,
  transport: WebRtcTransport,
  setup: 'passive' | 'active',
  port: number,
): string {
  return [
    'v=0',
    'o=- 1 1 IN IP4 127.0.0.1',
    's=-',
    't=0 0',
    'a=ice-lite',
    'a=group:BUNDLE 0',
    `m=video ${port} UDP/TLS/RTP/SAVPF 96`,
    'c=IN IP4 127.0.0.1',
    'a=mid:0',
    'a=rtcp-mux',
    'a=sendrecv',
    'a=rtpmap:96 H264/90000',
    `a=ice-ufrag:${transport.credentials.ufrag}`,
    `a=ice-pwd:${transport.credentials.password}`,
    `a=fingerprint:${mux.fingerprint.algorithm} ${mux.fingerprint.value}`,
    `a=setup:${setup}`,
    `a=candidate:1 1 udp 2130706431 127.0.0.1 ${port} typ host`,
    'a=end-of-candidates',
    '',
  ].join('\r\n');
}

it.each([
  ['SRTP_AEAD_AES_128_GCM', 'server', 'udp'],
  ['SRTP_AES128_CM_SHA1_80', 'server', 'udp'],
  ['SRTP_AEAD_AES_128_GCM', 'client', 'udp'],
  ['SRTP_AEAD_AES_128_GCM', 'server', 'tcp'],
] as const satisfies (readonly [SrtpProfile, 'server' | 'client', 'udp' | 'tcp'])[])(
  'exchanges packets with libdatachannel under %s as the DTLS %s over %s',
  async (profile, dtlsRole, protocol) => {
    const agenda = new Agenda();
    const mux = new PortMux({
      arena,
      agenda,
      address: '127.0.0.1',
      port: 0,
      ...serverCertificate,
      srtpProfiles: [profile],
      addresses: 16,
      tcp: protocol === 'tcp' ? { port: 0 } : null,
    });
    // libdatachannel speaks UDP alone: TCP is put in between.
    const relay = protocol === 'tcp' ? await UdpRelay.open(mux.tcpLocal?.port ?? 0, 'tcp') : null;
    const port = relay?.port ?? mux.local.port;
    const received: number[] = [];
    const echoed: string[] = [];
    const events: string[] = [];
    let transport: WebRtcTransport | undefined;
    const echo = (offset: number) => {
      const at = transport?.begin(112) ?? -1;
      if (at < 0) return;
      arena.u8.copyWithin(at, offset, offset + 12);
      const index = 65_500 + received.length;
      arena.view.setUint16(at + 2, index % 65_536);
      arena.view.setUint32(at + 8, 4321);
      transport?.sendRtp(at, 12, offset + 12, 100, index);
    };
    const child = fork(SCRIPT, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], execArgv: [] });
    peer = child;
    child.on('message', ({ offer, state, got }: Message) => {
      if (state === 'closed') events.push('peer closed');
      if (got !== undefined) echoed.push(got);
      if (offer === undefined) return;
      const [algorithm, value] = field(offer, /a=fingerprint:(\S+ \S+)/).split(' ') as [string, string];
      transport = mux.createTransport(
        {
          remoteUfrag: field(offer, /a=ice-ufrag:(\S+)/),
          remotePassword: field(offer, /a=ice-pwd:(\S+)/),
          remoteFingerprints: [{ algorithm, value }],
          dtlsRole,
          iceTimeoutMs: 4000,
        },
        {
          onConnected: () => events.push('connected'),
          onRtp: (memory, offset, length) => {
            const bytes = memory.u8.subarray(offset, offset + length);
            const whole = length === 1000 && bytes.subarray(12).every((byte) => byte === 7);
            received.push(whole ? memory.view.getUint16(offset + 2) : -1);
            echo(offset);
          },
          onRtcp: () => {},
          onFailed: (reason, detail) => events.push(`${reason} ${detail}`),
          onRemoteClosed: () => events.push('remote closed'),
        },
        performance.now(),
      );
      child.send({
        answer: answerOf(mux, transport, dtlsRole === 'server' ? 'passive' : 'active', port),
      });
    });
    const runUntil = (done: () => boolean) =>
      new Promise<void>((resolve, reject) => {
        const deadline = performance.now() + 8000;
        const timer = setInterval(() => {
          const now = performance.now();
          while (mux.receive(now) > 0);
          mux.receiveTcp(now);
          agenda.run(now);
          mux.flush();
          if (!done() && now < deadline) return;
          clearInterval(timer);
          if (done()) resolve();
          else reject(new Error(JSON.stringify({ events, drops: mux.drops, got: received.length })));
        }, 1);
      });

    await runUntil(() => received.length >= WANTED && echoed.length >= WANTED / 2);
    expect(events).toEqual(['connected']);
    expect(mux.stats.received > 0).toBe(protocol === 'udp');
    // The sequence numbers roll over on the way, in both directions.
    const first = received[0] as number;
    expect(received.slice(0, WANTED)).toEqual(
      Array.from({ length: WANTED }, (_, index) => (first + index) % 65_536),
    );
    for (const packet of echoed) {
      expect(packet).toMatch(/^8060/);
      expect(packet.slice(16)).toBe(`000010e1${'07'.repeat(100)}`);
    }
    expect(mux.drops).toMatchObject({
      srtpUnauthentic: 0,
      srtpReplayed: 0,
      srtpMalformed: 0,
      stunIntegrity: 0,
    });

    // libdatachannel ends without a word itself, but hears ours.
    transport?.close();
    await runUntil(() => events.includes('peer closed'));
    mux.close();
    relay?.close();
    child.disconnect();
  },
  15_000,
);
