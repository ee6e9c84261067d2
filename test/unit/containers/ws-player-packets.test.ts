import { describe, expect, it } from 'vitest';
import {
  ulawSilence,
  WS_PLAYER_AUDIO_BYTES,
  wsPlayerAudio,
  wsPlayerClock,
  wsPlayerVideo,
} from '../../../src/containers/index.js';
import { hex } from '../rtp/support.js';
import { text } from './support.js';

describe('WSPlayer packets', () => {
  it('are flags, SSRC, timestamp and payload', () => {
    expect(text(wsPlayerVideo(0x11223344, 0xfffffffe, true, hex('000001b3')))).toBe(
      '1711223344fffffffe000001b3',
    );
    expect(text(wsPlayerVideo(0x7fffffff, 2 ** 32 + 3, false, hex('00000100')))).toBe(
      '077fffffff0000000300000100',
    );
    expect(text(wsPlayerAudio(1, 160, hex('ff7f')))).toBe('0b00000001000000a0ff7f');
  });

  it('are clock reports of 17 bytes', () => {
    expect(text(wsPlayerClock(0x11223344, 90000, 0xe1234567, 0x80000000))).toBe(
      '0c1122334400015f90e123456780000000',
    );
  });

  it('have silence of 20 ms', () => {
    expect(ulawSilence()).toEqual(new Uint8Array(WS_PLAYER_AUDIO_BYTES).fill(0xff));
    expect(ulawSilence(3)).toEqual(hex('ffffff'));
  });
});
