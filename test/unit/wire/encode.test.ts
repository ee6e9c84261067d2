import { describe, expect, it } from 'vitest';
import {
  type ClientPayload,
  decode,
  encode,
  StreamInfo,
  StreamStatus,
  type StreamStatusFields,
} from '../../../src/wire/index.js';
import { API_PAGE, recording } from './fixtures.js';

const samples = recording(API_PAGE).filter((frame) => frame.dir === 's2c');

/** The nth sample of a message on the official API page. */
function sample(message: string, nth = 0): { message: string; data: readonly never[] } {
  return samples.filter((frame) => frame.msg.message === message)[nth]?.msg as never;
}

function connection(payload: object): ClientPayload<'connection'> {
  const message = decode(JSON.stringify({ message: 'connection', data: [payload] }));
  if (message.name !== 'connection') throw new Error(message.name);
  return message.data;
}

describe('messages as the official API page shows them, to the byte', () => {
  it('getUserData', () => {
    const asked = recording(API_PAGE)[0]?.msg.data[0] as object;
    const authToken = '/5.129.23.83:50066/188.40.244.249:8443';
    expect(encode.getUserData({ authToken, connection: connection(asked) })).toBe(
      JSON.stringify(sample('getUserData')),
    );
  });

  it('setRemoteSDP', () => {
    const expected = sample('setRemoteSDP');
    const [id, sdp] = expected.data as unknown as [string, string];
    expect(encode.setRemoteSDP(id, sdp, true)).toBe(JSON.stringify(expected));
  });

  it('notifyAudioCodec', () => {
    expect(encode.notifyAudioCodec('22588500-fdb3-11e8-bddf-9b115426f01b', 'opus')).toBe(
      JSON.stringify(sample('notifyAudioCodec')),
    );
  });

  const common = {
    name: 'test',
    hasVideo: true,
    hasAudio: true,
    audioCodec: 'opus',
    videoCodec: 'H264',
    mediaProvider: 'WebRTC',
  };
  const published = { ...common, published: true };
  const played = { ...common, mediaSessionId: '22588500-fdb3-11e8-bddf-9b115426f01b', published: false };
  const size = { width: 320, height: 240 };
  const statuses: StreamStatusFields[] = [
    {
      ...published,
      mediaSessionId: '90e14ad0-fdb2-11e8-bce2-a3f72476fb49',
      status: StreamStatus.PUBLISHING,
      createDate: 1544579813186,
    },
    {
      ...published,
      ...size,
      mediaSessionId: '1d91ae20-fdb3-11e8-bddf-9b115426f01b',
      status: StreamStatus.UNPUBLISHED,
      info: StreamInfo.STOPPED_BY_PUBLISHER_STOP,
      createDate: 1544580045898,
    },
    { ...played, status: StreamStatus.PLAYING, createDate: 1544580053573 },
    {
      ...played,
      ...size,
      status: StreamStatus.STOPPED,
      info: StreamInfo.STOPPED_BY_USER,
      createDate: 1544580053573,
    },
  ];
  it.each(statuses.map((fields, nth) => ({ fields, nth })))('notifyStreamStatusEvent $fields.status', ({
    fields,
    nth,
  }) => {
    expect(encode.notifyStreamStatusEvent(fields)).toBe(
      JSON.stringify(sample('notifyStreamStatusEvent', nth)),
    );
  });

  it('notifyVideoFormat', () => {
    expect(encode.notifyVideoFormat('22588500-fdb3-11e8-bddf-9b115426f01b', 320, 240)).toBe(
      JSON.stringify(sample('notifyVideoFormat')),
    );
  });

  it('inboundVideoRate and outboundVideoRate', () => {
    for (const name of ['inboundVideoRate', 'outboundVideoRate'] as const) {
      const expected = sample(name);
      expect(
        encode[name]({ ...(expected.data[0] as never as Parameters<typeof encode.inboundVideoRate>[0]) }),
      ).toBe(JSON.stringify(expected));
    }
  });
});

describe('messages the page has no sample of', () => {
  it.each([
    [encode.ping(), { message: 'ping', data: [] }],
    [encode.getVersion('5.2.1'), { message: 'getVersion', data: ['5.2.1'] }],
    [encode.availableStream('m', true), { message: 'availableStream', data: [{ id: 'm', status: 'true' }] }],
    [
      encode.availableStream('m', false, 'Restricted access'),
      { message: 'availableStream', data: [{ id: 'm', status: 'false', info: 'Restricted access' }] },
    ],
    [
      encode.notifyStreamEvent('m', { type: 'audioMuted' }),
      { message: 'notifyStreamEvent', data: [{ mediaSessionId: 'm', type: 'audioMuted' }] },
    ],
    [
      encode.notifyStreamEvent('m', { type: 'data', payload: [1, null] }),
      { message: 'notifyStreamEvent', data: [{ mediaSessionId: 'm', type: 'data', payload: [1, null] }] },
    ],
    [
      encode.notifyStreamEvent('m', {
        type: 'resize',
        payload: { streamerVideoWidth: 640, streamerVideoHeight: 360 },
      }),
      {
        message: 'notifyStreamEvent',
        data: [
          {
            mediaSessionId: 'm',
            type: 'resize',
            payload: { streamerVideoWidth: 640, streamerVideoHeight: 360 },
          },
        ],
      },
    ],
    [
      encode.dataStatusEvent('o', 'ACCEPTED'),
      { message: 'DataStatusEvent', data: [{ operationId: 'o', status: 'ACCEPTED' }] },
    ],
    [
      encode.dataStatusEvent('o', 'FAILED', 'no'),
      { message: 'DataStatusEvent', data: [{ operationId: 'o', status: 'FAILED', info: 'no' }] },
    ],
    [encode.onDataEvent({ a: 1 }), { message: 'OnDataEvent', data: [{ payload: { a: 1 } }] }],
    [encode.onDataEvent(null, 'o'), { message: 'OnDataEvent', data: [{ operationId: 'o', payload: null }] }],
    [
      encode.fail({ apiMethod: 'StreamStatusEvent', id: 'm', status: 'FAILED', info: 'why' }),
      {
        message: 'fail',
        data: [{ apiMethod: 'StreamStatusEvent', id: 'm', status: 'FAILED', info: 'why' }],
      },
    ],
    [
      encode.fail({ apiMethod: 'ErrorEvent', info: 'why' }),
      { message: 'fail', data: [{ apiMethod: 'ErrorEvent', info: 'why' }] },
    ],
    [
      encode.notifySessionDebugEvent('STOPPED', 'logs/1.zip'),
      { message: 'notifySessionDebugEvent', data: [{ status: 'STOPPED', file: 'logs/1.zip' }] },
    ],
    [
      encode.notifySessionDebugEvent('FAILED', undefined, 'why'),
      { message: 'notifySessionDebugEvent', data: [{ status: 'FAILED', info: 'why' }] },
    ],
    [encode.notifyBugReport('1.json'), { message: 'notifyBugReport', data: ['1.json'] }],
  ])('%#: %s', (text, expected) => {
    expect(JSON.parse(text)).toEqual(expected);
  });

  it('a failed play of a missing stream needs four fields', () => {
    const text = encode.notifyStreamStatusEvent({
      mediaSessionId: 'm',
      name: 'n',
      published: false,
      status: StreamStatus.FAILED,
      info: StreamInfo.SESSION_DOES_NOT_EXIST,
    });
    const [event] = (JSON.parse(text) as { data: object[] }).data;
    expect(event).toMatchObject({
      status: 'FAILED',
      info: 'Session does not exist',
      published: false,
      width: 0,
    });
    expect(event).not.toHaveProperty('audioState');
    expect(event).not.toHaveProperty('createDate');
  });

  it('mute states and the recording’s name', () => {
    const text = encode.notifyStreamStatusEvent({
      mediaSessionId: 'm',
      name: 'n',
      published: false,
      status: StreamStatus.PLAYING,
      audioMuted: true,
      videoMuted: false,
      record: true,
      recordName: 'a.mp4',
    });
    expect((JSON.parse(text) as { data: object[] }).data[0]).toMatchObject({
      audioState: { muted: true },
      videoState: { muted: false },
      record: true,
      recordName: 'a.mp4',
    });
  });

  it('getUserData gives the SIP login back, never the password', () => {
    const text = encode.getUserData({
      authToken: 't',
      connection: connection({ sipLogin: 'alice', sipPassword: 'secret', sipPort: '5060', keepAlive: true }),
      keepAlive: true,
      login: 'alice@example',
    });
    const [data] = (JSON.parse(text) as { data: object[] }).data;
    expect(data).toMatchObject({ sipLogin: 'alice', login: 'alice@example', sipPort: 5060, keepAlive: true });
    expect(text).not.toContain('secret');
  });
});
