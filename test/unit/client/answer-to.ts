import { createHmac } from 'node:crypto';

/** A check's success as a server would send it, MESSAGE-INTEGRITY behind some other attribute. */
export function answerTo(check: Buffer, password: string): Buffer {
  const message = Buffer.concat([check.subarray(0, 20), Buffer.from('8022000474657374', 'hex')]);
  message.writeUInt16BE(0x0101, 0);
  message.writeUInt16BE(8 + 24, 2);
  const signature = createHmac('sha1', password).update(message).digest();
  return Buffer.concat([message, Buffer.from('00080014', 'hex'), signature]);
}
