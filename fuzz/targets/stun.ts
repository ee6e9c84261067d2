import { memoryOf } from '../../src/kit/index.js';
import { Arena, HmacSha1 } from '../../src/native/index.js';
import { StunMessage } from '../../src/transport/stun.js';
import { Digest, GuardedMemory } from '../engine/guarded-memory.js';
import { type FuzzTarget, promise } from '../engine/target.js';
import { fromHex } from './seeds.js';

const MAX_LENGTH = 1500;

/** RFC 5769 sections 2.1 to 2.3, and their password. */
const VECTORS = fromHex(
  `000100582112a442b7e7a701bc34d686fa87dfae802200105354554e207465737420636c69656e74
   002400046e0001ff80290008932ff9b151263b36000600096576746a3a68367659202020
   000800149aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a280280004e57a3bcf`,
  `0101003c2112a442b7e7a701bc34d686fa87dfae8022000b7465737420766563746f7220
   002000080001a147e112a643000800142b91f599fd9e90c38c7489f92af9ba53f06be7d780280004c07d4c96`,
  `010100482112a442b7e7a701bc34d686fa87dfae8022000b7465737420766563746f7220
   002000140002a1470113a9faa5d3f179bc25f4b5bed2b9d900080014a382954e4be67bf11784c97c8292c275bfe3ed4180280004c8fb0b4c`,
);
const PASSWORD = 'VOkJxbRl1RmTxUk/WvJxBt';

const message = new StunMessage();
const guarded = new GuardedMemory(MAX_LENGTH);
const arena = new Arena(2 ** 16);
const hmac = keyed();
const AT = arena.require(2048);

function keyed(): HmacSha1 {
  const key = arena.require(64);
  arena.u8.set(Buffer.from(PASSWORD), key);
  return new HmacSha1(arena, key, PASSWORD.length);
}

/** Every offset that a message tells, from its own beginning. */
function tell(offset: number, length: number): number {
  const digest = new Digest();
  const m = message;
  for (const [at, size] of [
    [m.integrityOffset, 24],
    [m.fingerprintOffset, 8],
    [m.mappedOffset, 8],
    [m.usernameLength < 0 ? -1 : m.usernameOffset, m.usernameLength],
  ] as const) {
    promise(at < 0 || (at >= offset && at + size <= offset + length), 'an attribute outside its message');
    digest.add(at < 0 ? -1 : at - offset);
  }
  return digest
    .add(m.type)
    .add(m.errorCode)
    .add(m.useCandidate)
    .add(m.controlling)
    .add(m.controlled)
    .add(m.unknownCount)
    .add(m.verifyFingerprint()).value;
}

/** Binding messages, and their checksums (RFC 8489). */
export const target: FuzzTarget = {
  kind: 'binary',
  maxLength: MAX_LENGTH,
  seeds: () => VECTORS,
  dictionary: [
    ...fromHex('2112a442', '00060009', '0008', '00080014', '80280004', '0025', '802a0008', '00200008'),
  ],
  run(input) {
    const told = guarded.run(input, (memory, offset, length) =>
      message.parse(memory, offset, length) ? tell(offset, length) : 'refused',
    );
    if (told === 'refused' || message.integrityOffset < 0) return;
    arena.u8.set(input, AT);
    promise(message.parse(arena, AT, input.length), 'lies elsewhere and is refused');
    const right = message.verifyIntegrity(hmac, arena.scratch);
    const intact = memoryOf(input).u8.every((byte, index) => arena.u8[AT + index] === byte);
    promise(intact, 'verifying changes the message');
    promise(!right || VECTORS.some((one) => samePart(one, input)), 'a forged message is authentic');
  },
};

/** What MESSAGE-INTEGRITY protects is that of a vector, but for the length. */
function samePart(vector: Uint8Array, input: Uint8Array): boolean {
  const end = message.integrityOffset - AT;
  const [one, other] = [Buffer.from(vector.slice(0, end)), Buffer.from(input.slice(0, end))];
  one.fill(0, 2, 4);
  other.fill(0, 2, 4);
  return one.equals(other);
}
