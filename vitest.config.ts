import { accessSync } from 'node:fs';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const filesOf = (names: readonly string[]) => names.map((name) => `test/e2e/${name}.test.ts`);

/**
 * What these check is how soon or how evenly something happens, at what load, or (the SDK's own suite) which of two
 * connections is served first: beside other files they would check the machine. Each costs the run its whole length.
 */
const ALONE = filesOf([
  'audience',
  'bitrate',
  'fast-start',
  'overload',
  'process',
  'recording-in-step',
  'retransmission',
  'sdk-suite',
]);

/** A minute each, most of it spent waiting: they begin first, so that the run does not end with one of them. */
const LONG = filesOf(['firefox', 'package', 'quality', 'reach', 'simulcast', 'soak']);

/** They put others in the place of modules, or count what has run: each in a process of its own. */
const MOCKING = ['egress/egress-process-handle', 'worker/media-process-handle', 'fuzz/engine'].map(
  (name) => `test/unit/${name}.test.ts`,
);

// Whoever renames a file must not change its company unnoticed.
for (const file of [...ALONE, ...LONG, ...MOCKING]) accessSync(new URL(file, import.meta.url));

class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLong = ({ moduleId }: TestSpecification) => LONG.some((name) => moduleId.endsWith(name));
    const sorted = await super.sort(files);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

// What is waited for comes from other processes, on a machine that may be busy.
const e2e = {
  testTimeout: 60_000,
  hookTimeout: 60_000,
  expect: { poll: { timeout: 10_000 } },
  // Of those tests of a file that may run at the same time: more would not wait, but compute.
  maxConcurrency: 2,
};

const unit = {
  // Virtual time is a matter of computing: on a busy machine some seconds of it.
  testTimeout: 60_000,
  sequence: { groupOrder: 0 },
  // They only compute: as many as there are processors. Unless told, Vitest leaves one of them out.
  maxWorkers: '100%',
};

export default defineConfig({
  test: {
    sequence: { sequencer: LongFirst },
    // One after another: each is a group of its own.
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts', 'test/architecture.test.ts'],
          exclude: MOCKING,
          ...unit,
          // Most of their time would be loading the same modules again and again, for each file anew.
          isolate: false,
        },
      },
      {
        test: { name: 'unit-isolated', include: MOCKING, ...unit },
      },
      {
        test: {
          name: 'e2e',
          include: filesOf(['**/*']),
          exclude: ALONE,
          ...e2e,
          sequence: { groupOrder: 1 },
          // They mostly wait, but what they wait for must come in time: no more than the smallest machine has processors.
          maxWorkers: 2,
        },
      },
      {
        test: {
          name: 'e2e-alone',
          include: ALONE,
          ...e2e,
          sequence: { groupOrder: 2 },
          maxWorkers: 1,
        },
      },
    ],
  },
});
