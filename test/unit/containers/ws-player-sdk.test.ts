import { describe, expect, it } from 'vitest';
import { ulawSilence, wsPlayerAudio, wsPlayerClock, wsPlayerVideo } from '../../../src/containers/index.js';
import { hex } from '../rtp/support.js';
import { text } from './support.js';
import { WsReceiver } from './websdk.js';

const VIDEO_SSRC = 0x7fff_fffe;
const AUDIO_SSRC = 0x7fff_ffff;
const KEY = hex('000001b3 1400f013 00000100 000f');
const INTER = hex('00000100 0057');
/** NTP time of the first packets, seconds, and half of one more. */
const SECONDS = 3_900_000_000;
const HALF = 0x8000_0000;

interface Options {
  readonly audio?: boolean;
  readonly clock?: boolean;
  readonly ssrc?: number;
}

/** 25 pictures a second and sound, for 1.4 s. */
function play({ audio = true, clock = true, ssrc = VIDEO_SSRC }: Options = {}): WsReceiver {
  const receiver = new WsReceiver();
  for (let picture = 0; picture < 35; picture++) {
    const key = picture % 25 === 0;
    receiver.receive(wsPlayerVideo(ssrc, 7000 + picture * 3600, key, key ? KEY : INTER));
    for (let part = 0; audio && part < 2; part++)
      receiver.receive(wsPlayerAudio(AUDIO_SSRC, 500 + (2 * picture + part) * 160, ulawSilence()));
    if (clock && picture === 0) {
      receiver.receive(wsPlayerClock(ssrc, 7000, SECONDS, HALF));
      if (audio) receiver.receive(wsPlayerClock(AUDIO_SSRC, 500, SECONDS, HALF));
    }
  }
  return receiver;
}

function playing(receiver: WsReceiver) {
  receiver.step();
  return receiver.posted.find(({ message }) => message === 'AVData');
}

describe('WSPlayer packets, read by the SDK', () => {
  it('are pictures and sound on one clock', () => {
    const data = playing(play())!;
    const start = SECONDS * 1000 + 500;
    expect(data.video?.map(({ ts, kframe, payload }) => [ts, kframe, text(payload)])).toEqual([
      [start, 1, text(KEY)],
    ]);
    expect(data.audio?.map(({ sync, payload }) => [sync, [...payload]])).toEqual([
      [start, Array(160).fill(0)],
      [start + 20, Array(160).fill(0)],
      [start + 40, Array(160).fill(0)],
    ]);
  });

  it('are pictures alone where there is no sound', () => {
    const data = playing(play({ audio: false }))!;
    expect(data.video).toHaveLength(1);
    expect(data.audio).toEqual([]);
  });

  it('are not played before a clock report, nor with an SSRC above 2^31', () => {
    expect(playing(play({ clock: false }))).toBeUndefined();
    expect(playing(play({ clock: false, audio: false }))).toBeUndefined();
    expect(playing(play({ ssrc: 0x8000_0001 }))).toBeUndefined();
    expect(playing(play({ ssrc: 0x8000_0001, audio: false }))).toBeUndefined();
  });

  it('may have pings between them, which are answered without data', () => {
    const receiver = play();
    receiver.receive('{"message":"ping"}');
    expect(receiver.sent).toEqual([
      { message: 'connectMediaTransport', data: [{ authToken: 'token' }] },
      { message: 'pong' },
    ]);
    expect(playing(receiver)?.video).toHaveLength(1);
  });
});
