import { describe, expect, it } from 'vitest';
import { streamHandlers } from '../../../src/signaling/handlers.js';
import { encode, LEGACY_MESSAGES } from '../../../src/wire/index.js';
import { configOf, extensionsOf } from '../../support/extensions.js';
import { documentedMessages, readTable } from '../../support/protocol-page.js';
import { makeService } from '../streams/support.js';
import { API_PAGE, BROWSERS, fieldsOf, NAMES, payloadOf, recording } from './fixtures.js';

const fromClient = documentedMessages('From the client');
const fromServer = documentedMessages('From the server');

function fieldsThat(standing: string, message: string): string[] {
  const fields = [...(fromClient.get(message)?.fields ?? [])];
  return fields
    .filter(([, is]) => is === standing)
    .map(([name]) => name)
    .sort();
}

describe('docs/protocol.md, from the client', () => {
  it('lists every message of the schemas and of older clients, and no other', () => {
    expect([...fromClient.keys()].sort()).toEqual([...NAMES, ...LEGACY_MESSAGES].sort());
  });

  it.each(NAMES)('%s: the fields that work are those of its schema', (message) => {
    expect(fieldsThat('works', message)).toEqual(fieldsOf(message).sort());
  });

  it('messages of older clients are ignored', () => {
    for (const message of LEGACY_MESSAGES) expect(fromClient.get(message)?.standing).toBe('ignored');
  });

  it.each([API_PAGE, ...BROWSERS])('%s: every message and field is listed', (file) => {
    const sent = recording(file).filter(({ dir }) => dir === 'c2s');
    expect(sent.length).toBeGreaterThan(4);
    for (const { msg } of sent) {
      const listed = [...(fromClient.get(msg.message)?.fields.keys() ?? [])];
      expect(listed).toEqual(expect.arrayContaining(Object.keys(msg.data[0] ?? {})));
    }
  });

  it('a message works when somebody takes it, and only then', () => {
    // The connection itself takes these: the start of a session, or of a socket for its media, and the signs of life.
    const { service } = makeService();
    const taken = new Set(['connection', 'connectMediaTransport', 'ping', 'pong']);
    for (const name in streamHandlers(service, 1)) taken.add(name);
    const extensions = extensionsOf(configOf({ 'webrtcMetrics.enabled': true }), service);
    for (const { handlers } of extensions) for (const name in handlers) taken.add(name);
    const standings = [...fromClient].filter(([, { standing }]) => standing !== 'refused');
    const working = standings.filter(([, { standing }]) => standing === 'works').map(([name]) => name);
    const takenHere = standings.map(([name]) => name).filter((name) => taken.has(name));
    expect(working).toEqual(takenHere);
  });
});

/** Frames of every encoder, which between them have every field. */
const frames: Record<keyof typeof encode, string[]> = {
  getUserData: [
    encode.getUserData({
      authToken: 't',
      login: 'l',
      connection: payloadOf('connection', {
        sipLogin: 'l',
        sipAuthenticationName: 'a',
        sipDomain: 'd',
        sipOutboundProxy: 'p',
        sipPort: 5060,
        sipRegisterRequired: true,
      }) as never,
    }),
  ],
  getVersion: [encode.getVersion('1')],
  ping: [encode.ping()],
  setRemoteSDP: [encode.setRemoteSDP('m', 'v=0', true)],
  notifyAudioCodec: [encode.notifyAudioCodec('m', 'opus')],
  notifyStreamStatusEvent: [
    encode.notifyStreamStatusEvent({
      mediaSessionId: 'm',
      name: 'n',
      published: true,
      status: 'UNPUBLISHED',
      info: 'i',
      audioCodec: 'opus',
      videoCodec: 'VP8',
      recordName: 'r',
      createDate: 1,
      audioMuted: true,
      videoMuted: false,
    }),
  ],
  notifyVideoFormat: [encode.notifyVideoFormat('m', 1, 2)],
  notifyStreamEvent: [encode.notifyStreamEvent('m', { type: 'data', payload: 1 })],
  availableStream: [encode.availableStream('m', false, 'why')],
  inboundVideoRate: [rate('inboundVideoRate')],
  outboundVideoRate: [rate('outboundVideoRate')],
  dataStatusEvent: [encode.dataStatusEvent('o', 'FAILED', 'why')],
  onDataEvent: [encode.onDataEvent(1, 'o')],
  fail: [encode.fail({ apiMethod: 'a', id: 'm', status: 'FAILED', info: 'why' })],
  finish: [encode.finish('c')],
  notifyBugReport: [encode.notifyBugReport('f')],
  notifySessionDebugEvent: [encode.notifySessionDebugEvent('STOPPED', 'f')],
};

function rate(encoder: 'inboundVideoRate' | 'outboundVideoRate'): string {
  const counts = { videoRate: 1, fps: 2, nack: 3, pli: 4, lostPackets: 5, width: 6, height: 7 };
  return encode[encoder]({ mediaSessionId: 'm', ...counts });
}

/** Message name to the fields of its object arguments. */
function sentFields(): Map<string, string[]> {
  const sent = new Map<string, string[]>();
  for (const text of Object.values(frames).flat()) {
    const { message, data } = JSON.parse(text) as { message: string; data: unknown[] };
    const objects = data.filter((one) => typeof one === 'object' && one !== null);
    sent.set(message, [
      ...(sent.get(message) ?? []),
      ...objects.flatMap((one) => Object.keys(one as object)),
    ]);
  }
  return sent;
}

describe('docs/protocol.md, from the server', () => {
  it('lists every encoder’s message and fields, and no other', () => {
    expect(Object.keys(frames).sort()).toEqual(Object.keys(encode).sort());
    const listed = [...fromServer].map(([message, { fields }]) => [message, [...fields.keys()].sort()]);
    const sent = [...sentFields()].map(([message, fields]) => [message, [...new Set(fields)].sort()]);
    expect(Object.fromEntries(listed)).toEqual(Object.fromEntries(sent));
  });

  it('lists every message and field of the API page', () => {
    for (const { dir, msg } of recording(API_PAGE)) {
      if (dir !== 's2c') continue;
      const fields = [...(fromServer.get(msg.message)?.fields.keys() ?? [])];
      const argument = msg.data.find((one) => typeof one === 'object') ?? {};
      expect(fields).toEqual(expect.arrayContaining(Object.keys(argument as object)));
    }
  });
});

describe('the reader of the tables', () => {
  it.each([
    ['| `a` | | works |', 'not four cells'],
    ['| `a` | | fine | |', 'is no status'],
    ['| `a` | `b` | works | |', 'neither a message nor a field'],
    ['| | | works | |', 'neither a message nor a field'],
    ['| | `b` | works | |', 'a field before any message'],
    ['| a | | works | |', 'not a name in backticks'],
    ['| `a`, `a` | | works | |', 'comes twice'],
  ])('refuses %s: %s', (row, problem) => {
    expect(() => readTable([row])).toThrow(problem);
  });

  it('gives several names in a row the same standing', () => {
    const table = readTable(['| `a`, `b` | | refused | |', '| | `c`, `d` | works | why |']);
    const fields = new Map([
      ['c', 'works'],
      ['d', 'works'],
    ]);
    expect(table).toEqual(
      new Map([
        ['a', { standing: 'refused', fields }],
        ['b', { standing: 'refused', fields }],
      ]),
    );
  });
});
