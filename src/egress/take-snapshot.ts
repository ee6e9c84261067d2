import type { Egress, EgressOutput, EgressSource } from './egress.js';
import type { PictureSize } from './snapshots/snapshots.js';

/**
 * A picture of a stream as it is now.
 * @param timeLimit ms
 * @returns a PNG file, or a JPEG file for a thumbnail
 * @throws (rejects) Error with a reason for the client
 */
export async function takeSnapshot(
  egress: Egress,
  source: EgressSource,
  timeLimit: number,
  size: PictureSize = 'full',
): Promise<Buffer> {
  let output: EgressOutput | null = null;
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise<Buffer>((resolve, reject) => {
      timer = setTimeout(() => reject(new Error('The stream sends no picture')), timeLimit);
      const listener = {
        onEvent: (event: Parameters<Parameters<Egress['open']>[2]['onEvent']>[0]) => {
          if (event.type === 'snapshot') resolve(Buffer.from(event.picture));
          if (event.type === 'failed') reject(new Error(event.reason));
        },
        onClosed: () => reject(new Error('The stream has ended')),
      };
      egress.open(source, { kind: 'snapshot', size }, listener).then((opened) => {
        output = opened;
      }, reject);
    });
  } finally {
    clearTimeout(timer);
    (output as EgressOutput | null)?.close();
  }
}
