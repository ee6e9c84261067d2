import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { crc32 } from '../kit/index.js';

const cookie = 0x2112a442;
const bindingRequest = 0x0001;
const bindingSuccess = 0x0101;
const messageIntegrity = 0x0008;
const fingerprintMask = 0x5354554e;
const header = 20;
const maxAnswer = 548;

/**
 * A connectivity check of a controlling agent (RFC 8445 section 7.1, RFC 8489).
 * @param nominates whether it says that its pair is the one to use
 */
export function connectivityCheck(username: string, password: string, nominates = false): Buffer {
  const attributes = [
    attribute(0x0006, Buffer.from(username)),
    attribute(0x0024, Buffer.from([0x6e, 0xff, 0xff, 0xff])), // PRIORITY of a host candidate
    attribute(0x802a, randomBytes(8)), // ICE-CONTROLLING
    ...(nominates ? [attribute(0x0025, Buffer.alloc(0))] : []), // USE-CANDIDATE
  ];
  const start = Buffer.alloc(8);
  start.writeUInt16BE(bindingRequest, 0);
  start.writeUInt32BE(cookie, 4);
  let message = Buffer.concat([start, randomBytes(12), ...attributes]);
  // Both cover a length that counts themselves already.
  const add = (type: number, length: number, value: (covered: Buffer) => Buffer) => {
    message.writeUInt16BE(message.length - header + 4 + length, 2);
    message = Buffer.concat([message, attribute(type, value(message))]);
  };
  add(messageIntegrity, 20, (covered) => createHmac('sha1', password).update(covered).digest());
  add(0x8028, 4, (covered) => {
    const value = Buffer.alloc(4);
    value.writeUInt32BE((crc32(covered, 0, covered.length) ^ fingerprintMask) >>> 0);
    return value;
  });
  return message;
}

/** The twelve bytes that name a check, in it and in its answer, as text. */
export function transactionOf(message: Buffer): string {
  return message.subarray(8, header).toString('latin1');
}

/** Whether bytes of any content are the success of a check, signed with its password (RFC 8489 section 14.5). */
export function isCheckAnswer(bytes: Buffer, password: string): boolean {
  if (bytes.length < header || bytes.length > maxAnswer) return false;
  if (bytes.readUInt16BE(0) !== bindingSuccess || bytes.readUInt16BE(2) !== bytes.length - header)
    return false;
  for (let at = header; at + 4 <= bytes.length; ) {
    const length = bytes.readUInt16BE(at + 2);
    if (bytes.readUInt16BE(at) === messageIntegrity && length === 20 && at + 24 <= bytes.length) {
      const covered = Buffer.from(bytes.subarray(0, at));
      covered.writeUInt16BE(at + 24 - header, 2);
      const expected = createHmac('sha1', password).update(covered).digest();
      return timingSafeEqual(expected, bytes.subarray(at + 4, at + 24));
    }
    at += 4 + ((length + 3) & ~3);
  }
  return false;
}

function attribute(type: number, value: Buffer): Buffer {
  const start = Buffer.alloc(4);
  start.writeUInt16BE(type, 0);
  start.writeUInt16BE(value.length, 2);
  return Buffer.concat([start, value, Buffer.alloc(-value.length & 3)]);
}
