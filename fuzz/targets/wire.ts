import { decode } from '../../src/wire/index.js';
import { type FuzzTarget, promise } from '../engine/target.js';
import { messages } from './seeds.js';

const decoder = new TextDecoder();

/** The text frames of clients. What was understood is understood again when it is sent as it was. */
export const target: FuzzTarget = {
  kind: 'json',
  maxLength: 65_536,
  seeds: messages,
  dictionary: [
    'connection',
    'publishStream',
    'playStream',
    'stop',
    'sendData',
    'WebRTC',
    'MSE',
    'PENDING',
    '{"a":[',
    '\\ud800',
  ],
  run(input) {
    const message = decode(decoder.decode(input));
    promise(typeof message.name === 'string', 'no name');
    if (message.name === 'malformed') {
      promise(message.reason.length > 0, 'no reason');
      return;
    }
    const text = JSON.stringify(message);
    if (message.name === 'unknown') {
      promise(message.message.length <= 64, 'a long name');
      return;
    }
    const again = decode(JSON.stringify({ message: message.name, data: [message.data] }));
    promise(JSON.stringify(again) === text, 'a message that is another one when it is sent again');
  },
};
