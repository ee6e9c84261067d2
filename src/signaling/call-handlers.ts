import { encode } from '../wire/index.js';
import type { Client, MessageHandlers } from './extension.js';

const info = 'SIP calls are not supported';

/** SIP (WCS spec B.9) is not spoken here: whoever tries is told, so that no call waits for ever. */
export const callHandlers: MessageHandlers = {
  call: ({ callId }, client) => {
    client.send(encode.finish(callId));
    refuse(callId, client);
  },
  answer: ({ callId }, client) => refuse(callId, client),
  hangup: ({ callId }, client) => refuse(callId, client),
  hold: ({ callId }, client) => refuse(callId, client),
  unhold: ({ callId }, client) => refuse(callId, client),
  sendDtmf: ({ callId }, client) => refuse(callId, client),
  transfer: ({ callId }, client) => refuse(callId, client),
};

/** Answers a `connection` that wants to be registered with a SIP server. */
export function refuseRegistration(client: Client): void {
  client.send(encode.fail({ apiMethod: 'RegistrationStatusEvent', status: 'FAILED', info }));
}

function refuse(callId: string, client: Client): void {
  client.send(encode.fail({ apiMethod: 'CallStatusEvent', id: callId, status: 'FAILED', info }));
}
