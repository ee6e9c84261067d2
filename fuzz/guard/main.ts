import { faults, kernelRefuses } from './faults.js';
import { mediaPath } from './media-path.js';

/** For `test/unit/native/guard.test.ts`: one thing a process, which does it in memory between pages without access. */
const name = process.argv[2] ?? '';
if (name === 'media path') process.stdout.write(mediaPath().join('\n'));
else if (name === 'kernel') process.stdout.write(kernelRefuses().join('\n'));
else {
  faults[name]?.();
  process.stdout.write('survived');
}
