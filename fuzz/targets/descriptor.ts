import { DependencyDescriptor } from '../../src/rtp/index.js';
import { Digest, GuardedMemory } from '../engine/guarded-memory.js';
import { type FuzzTarget, promise } from '../engine/target.js';
import { capturedDescriptors } from './seeds.js';

const MAX_LENGTH = 512;
const guarded = new GuardedMemory(MAX_LENGTH);

/** AV1's dependency descriptors, one after the other as a stream's packets bring them, each behind its length. */
export const target: FuzzTarget = {
  kind: 'binary',
  maxLength: MAX_LENGTH,
  seeds: () => {
    const all = capturedDescriptors();
    const row = (list: readonly Uint8Array[]) =>
      Buffer.concat(list.flatMap((one) => [Buffer.of(one.length), one]));
    return [...all.map((one) => row([one])), row(all.slice(0, 4)), row(all.slice(4, 12))];
  },
  run(input) {
    guarded.run(input, (memory, offset, length) => {
      const reader = new DependencyDescriptor();
      const digest = new Digest();
      const end = offset + length;
      for (let at = offset; at < end; ) {
        const size = Math.min(memory.u8[at]!, end - at - 1);
        const read = reader.read(memory, at + 1, size);
        digest.add(read);
        at += 1 + size;
        if (!read) continue;
        const { structure } = reader;
        promise(structure.targetCount <= 32 && structure.templateCount <= 64, 'a structure out of bounds');
        promise(reader.activeTargets < 2 ** Math.max(1, structure.targetCount), 'a target that there is not');
        digest.add(reader.frameNumber).add(reader.spatialId).add(reader.temporalId).add(reader.activeTargets);
        digest.addBytes(reader.indications.subarray(0, structure.targetCount));
      }
      return digest.value;
    });
  },
};
