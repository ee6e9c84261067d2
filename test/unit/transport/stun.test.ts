import { describe, expect, it } from 'vitest';
import { crc32 } from '../../../src/kit/crc32.js';
import { memoryOf } from '../../../src/kit/index.js';
import { Arena, HmacSha1, writeSocketAddress } from '../../../src/native/index.js';
import { StunMessage } from '../../../src/transport/stun.js';
import * as stun from '../../../src/transport/stun-constants.js';
import { LONGEST_ANSWER, StunWriter } from '../../../src/transport/stun-writer.js';

/** RFC 5769 section 2.1: request with SOFTWARE, PRIORITY, ICE-CONTROLLED, USERNAME, both checks. */
const REQUEST =
  '000100582112a442b7e7a701bc34d686fa87dfae' +
  '802200105354554e207465737420636c69656e74' +
  '002400046e0001ff' +
  '80290008932ff9b151263b36' +
  '000600096576746a3a68367659202020' +
  '000800149aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a2' +
  '80280004e57a3bcf';
/** Section 2.2 and 2.3: answers with 192.0.2.1:32853 and 2001:db8:1234:5678:11:2233:4455:6677. */
const ANSWER_4 =
  '0101003c2112a442b7e7a701bc34d686fa87dfae' +
  '8022000b7465737420766563746f7220' +
  '002000080001a147e112a643' +
  '000800142b91f599fd9e90c38c7489f92af9ba53f06be7d7' +
  '80280004c07d4c96';
const ANSWER_6 =
  '010100482112a442b7e7a701bc34d686fa87dfae' +
  '8022000b7465737420766563746f7220' +
  '002000140002a1470113a9faa5d3f179bc25f4b5bed2b9d9' +
  '00080014a382954e4be67bf11784c97c8292c275bfe3ed41' +
  '80280004c8fb0b4c';
const PASSWORD = 'VOkJxbRl1RmTxUk/WvJxBt';

const arena = new Arena(65_536);
const AT = arena.require(2048);
const SCRATCH = arena.require(32);
const SOURCE = arena.require(32);
const hmac = keyed(PASSWORD);
const message = new StunMessage();

function keyed(password: string): HmacSha1 {
  const key = arena.require(64);
  arena.u8.set(Buffer.from(password), key);
  const keyedHmac = new HmacSha1(arena, key, password.length);
  arena.release(key);
  return keyedHmac;
}

function parse(bytes: Buffer): boolean {
  arena.u8.set(bytes, AT);
  return message.parse(arena, AT, bytes.length);
}

function parseHex(text: string): boolean {
  return parse(Buffer.from(text, 'hex'));
}

/** A request with the given attributes, and a length field that is right. */
function requestOf(...attributes: string[]): Buffer {
  const body = Buffer.from(attributes.join(''), 'hex');
  const header = Buffer.from('000100002112a442b7e7a701bc34d686fa87dfae', 'hex');
  header.writeUInt16BE(body.length, 2);
  return Buffer.concat([header, body]);
}

describe('StunMessage', () => {
  it('reads the request of RFC 5769 2.1', () => {
    expect(parseHex(REQUEST)).toBe(true);
    expect(message.type).toBe(stun.BINDING_REQUEST);
    const { usernameOffset, usernameLength } = message;
    const username = Buffer.from(arena.u8.subarray(usernameOffset, usernameOffset + usernameLength));
    expect(username.toString()).toBe('evtj:h6vY');
    expect(message).toMatchObject({
      controlled: true,
      controlling: false,
      useCandidate: false,
      unknownCount: 0,
    });
    expect(message.verifyFingerprint()).toBe(true);
    expect(message.verifyIntegrity(hmac, SCRATCH)).toBe(true);
    expect(Buffer.from(arena.u8.subarray(AT, AT + REQUEST.length / 2)).toString('hex')).toBe(REQUEST);
  });

  it('reads the answers of RFC 5769 2.2 and 2.3', () => {
    for (const answer of [ANSWER_4, ANSWER_6]) {
      expect(parseHex(answer)).toBe(true);
      expect(message.type).toBe(stun.BINDING_SUCCESS);
      expect(message.mappedOffset).toBe(AT + 40);
      expect(message.verifyFingerprint()).toBe(true);
      expect(message.verifyIntegrity(hmac, SCRATCH)).toBe(true);
    }
  });

  it('notices any changed bit, by the fingerprint or by the integrity', () => {
    const bytes = Buffer.from(REQUEST, 'hex');
    expect(parse(bytes) && message.verifyFingerprint() && message.verifyIntegrity(hmac, SCRATCH)).toBe(true);
    for (let byte = 0; byte < bytes.length; byte++) {
      const changed = Buffer.from(bytes);
      changed[byte] = (changed[byte] as number) ^ 0x01;
      const whole = parse(changed) && message.verifyFingerprint();
      // The fingerprint's own type changed into another attribute's leaves the integrity, which does not cover it.
      const stripped = byte >= bytes.length - 8 && message.fingerprintOffset < 0;
      expect(whole && !stripped).toBe(false);
    }
    expect(parse(bytes)).toBe(true);
    expect(message.verifyIntegrity(keyed('VOkJxbRl1RmTxUk/WvJxBT'), SCRATCH)).toBe(false);
    for (let byte = 0; byte < bytes.length - 8; byte++) {
      const changed = Buffer.from(bytes);
      changed[byte] = (changed[byte] as number) ^ 0x80;
      expect(parse(changed) && message.verifyIntegrity(hmac, SCRATCH)).toBe(false);
    }
  });

  it('refuses a message cut at any byte, or with bytes behind it', () => {
    for (const text of [REQUEST, ANSWER_4, ANSWER_6]) {
      const bytes = Buffer.from(text, 'hex');
      for (let cut = 0; cut < bytes.length; cut++) expect(parse(bytes.subarray(0, cut))).toBe(false);
      expect(parse(Buffer.concat([bytes, Buffer.alloc(4)]))).toBe(false);
    }
  });

  it('refuses what reaches beyond memory', () => {
    const memory = memoryOf(Buffer.from(REQUEST, 'hex'));
    expect(message.parse(memory, 0, REQUEST.length / 2)).toBe(true);
    expect(message.parse(memory, 4, REQUEST.length / 2)).toBe(false);
    expect(message.parse(memory, -4, REQUEST.length / 2)).toBe(false);
  });

  it('refuses other methods, cookies and attribute sizes', () => {
    for (const [name, bytes] of [
      ['another method', Buffer.from(REQUEST.replace('0001', '0003'), 'hex')],
      ['another cookie', Buffer.from(REQUEST.replace('2112a442', '2112a443'), 'hex')],
      ['a fingerprint that is not last', requestOf('8028000400000000', '00250000')],
      ['a short fingerprint', requestOf('80280000')],
      ['a short integrity', requestOf('00080010', '00'.repeat(16))],
      ['USE-CANDIDATE with a value', requestOf('0025000400000000')],
      ['a short tie-breaker', requestOf('802a000400000000')],
      ['a long user name', requestOf('00060204', '61'.repeat(516))],
      ['an attribute that is too long', requestOf('80220005', '00000000')],
      ['33 attributes', requestOf(...Array(33).fill('80220000'))],
    ] as const) {
      expect(parse(bytes), name).toBe(false);
    }
    expect(parse(requestOf(...Array(32).fill('80220000')))).toBe(true);
  });

  it('ignores what stands behind the integrity, and the second of two', () => {
    expect(parse(requestOf('000600046161', '6161', '000600046262', '6262'))).toBe(true);
    expect(arena.u8[message.usernameOffset]).toBe(0x61);
    expect(parse(requestOf('00080014', '00'.repeat(20), '00250000', '0006000461616161'))).toBe(true);
    expect(message).toMatchObject({ useCandidate: false, usernameLength: -1 });
    expect(message.verifyIntegrity(hmac, SCRATCH)).toBe(false);
  });

  it('lists required attributes it does not know', () => {
    expect(parse(requestOf('00030000', '7fff0000', 'c0570000', '00240004deadbeef'))).toBe(true);
    expect(message.unknownCount).toBe(2);
    expect([...message.unknown.subarray(0, 2)]).toEqual([0x0003, 0x7fff]);
    expect(parse(requestOf(...Array(20).fill('7fff0000')))).toBe(true);
    expect(message.unknownCount).toBe(4);
    expect(message.verifyIntegrity(hmac, SCRATCH)).toBe(false);
    expect(message.verifyFingerprint()).toBe(true);
  });
});

describe('StunWriter', () => {
  const writer = new StunWriter();

  it('writes the answers of RFC 5769 2.2 and 2.3, but for their SOFTWARE', () => {
    for (const [answer, family, address] of [
      [ANSWER_4, 'IPv4', '192.0.2.1'],
      [ANSWER_4, 'IPv6', '192.0.2.1'],
      [ANSWER_6, 'IPv6', '2001:db8:1234:5678:11:2233:4455:6677'],
    ] as const) {
      expect(parseHex(REQUEST)).toBe(true);
      writeSocketAddress(arena, SOURCE, family, address, 32_853);
      const at = AT + 512;
      writer.begin(arena, at, stun.BINDING_SUCCESS, AT + stun.TRANSACTION_OFFSET);
      writer.xorMappedAddress(SOURCE);
      expect(writer.messageIntegrity(hmac)).toBe(true);
      const length = writer.fingerprint();
      expect(length).toBe(answer.length / 2 - 16);
      expect(length).toBeLessThanOrEqual(LONGEST_ANSWER);
      const mapped = Buffer.from(arena.u8.subarray(at + 20, at + length - 32)).toString('hex');
      expect(answer).toContain(mapped);
      expect(message.parse(arena, at, length)).toBe(true);
      expect(message.verifyFingerprint() && message.verifyIntegrity(hmac, SCRATCH)).toBe(true);
    }
  });

  it('writes the whole answer of RFC 5769 2.2 byte for byte, SOFTWARE padded with its blank', () => {
    parseHex(REQUEST);
    writeSocketAddress(arena, SOURCE, 'IPv4', '192.0.2.1', 32_853);
    writer.begin(arena, AT + 512, stun.BINDING_SUCCESS, AT + stun.TRANSACTION_OFFSET);
    writer.attribute(0x8022, Buffer.from('test vector'));
    // The vectors pad with blanks where this writer, as RFC 8489 wants, pads with zeros.
    arena.u8[AT + 512 + 35] = 0x20;
    writer.xorMappedAddress(SOURCE);
    writer.messageIntegrity(hmac);
    const length = writer.fingerprint();
    expect(Buffer.from(arena.u8.subarray(AT + 512, AT + 512 + length)).toString('hex')).toBe(ANSWER_4);
  });

  it('writes errors', () => {
    parse(requestOf('7fff0000'));
    writer.begin(arena, AT + 512, stun.BINDING_ERROR, AT + stun.TRANSACTION_OFFSET);
    writer.errorCode(420);
    writer.unknownAttributes(message.unknown, message.unknownCount);
    writer.messageIntegrity(hmac);
    const length = writer.fingerprint();
    expect(Buffer.from(arena.u8.subarray(AT + 532, AT + 548)).toString('hex')).toBe(
      '0009000400000414000a00027fff0000',
    );
    expect(message.parse(arena, AT + 512, length)).toBe(true);
    expect(message).toMatchObject({ type: stun.BINDING_ERROR, errorCode: 420 });
    expect(message.verifyIntegrity(hmac, SCRATCH)).toBe(true);
  });
});

describe('crc32', () => {
  it('gives the check value of the standard', () => {
    expect(crc32(Buffer.from('xx123456789x'), 2, 9)).toBe(0xcbf43926);
    expect(crc32(Buffer.alloc(0), 0, 0)).toBe(0);
  });
});
