import { FlvReader, IvfReader, Mpeg1Splitter, mpeg1Size } from '../../src/containers/index.js';
import { Digest } from '../engine/guarded-memory.js';
import { type FuzzTarget, promise } from '../engine/target.js';
import { fromHex, pieceOf } from './seeds.js';

const LARGEST = 4096;

/** Something that takes bytes in chunks, and null means that they are none of its format. */
interface ChunkReader {
  push(chunk: Uint8Array): readonly { readonly data: Uint8Array }[] | null;
}

/** Read at once or in pieces, the same comes out; nothing is longer than what is allowed, and what comes is a copy. */
function readerTarget(
  make: () => ChunkReader,
  options: Omit<FuzzTarget, 'run' | 'kind' | 'maxLength'>,
): FuzzTarget {
  const read = (input: Uint8Array, chunk: number): string => {
    const reader = make();
    const read: string[] = [];
    for (let at = 0; at < input.length; at += chunk) {
      const found = reader.push(input.slice(at, at + chunk));
      if (found === null) return `${read.join('')}broken`;
      for (const one of found) {
        promise(one.data.length <= LARGEST, `${one.data.length} bytes are let through`);
        read.push(told(one));
      }
    }
    return read.join('');
  };
  return {
    kind: 'binary',
    maxLength: 8192,
    ...options,
    run(input) {
      const whole = read(input, input.length + 1);
      // How much waits for its end at once, and is too much, is a matter of the chunks.
      if (input.length > LARGEST) return;
      const pieces = read(input, pieceOf(input.length, 13));
      // What is broken is told once it is seen: what was whole before may have come out by then.
      const same = whole === pieces || (whole.endsWith('broken') && pieces.endsWith('broken'));
      promise(same, 'in pieces something else is read');
    },
  };
}

/** All that is said of a piece, and what stands for its data. */
function told({ data, ...rest }: { readonly data: Uint8Array }): string {
  let text = '';
  for (const value of Object.values(rest)) text += `${value} `;
  return `${text}${new Digest().addBytes(data).value};`;
}

const flvTag = (type: string, body: string): string => {
  const size = body.length / 2;
  const hex = (value: number, bytes: number) => value.toString(16).padStart(2 * bytes, '0');
  return `${type}${hex(size, 3)}00000000000000${body}${hex(size + 11, 4)}`;
};

export const flv = readerTarget(() => new FlvReader(LARGEST), {
  seeds: () =>
    fromHex(
      `464c5601050000000900000000${flvTag('09', '17000000000142c00a')}${flvTag('08', 'af001190')}` +
        `${flvTag('09', '27010000000000000141')}${flvTag('12', '020000')}${flvTag('08', 'af0121')}`,
    ),
  dictionary: fromHex('464c560105', '09000000', '17010000', 'af01', '0000000f'),
});

export const ivf = readerTarget(() => new IvfReader(LARGEST), {
  seeds: () =>
    fromHex(
      `444b49460000200056503830a0007800${'1e000000'}${'01000000'}0000000000000000` +
        `04000000000000000000000001020304${'02000000'}0100000000000000aabb`,
    ),
  dictionary: fromHex('444b4946', '00002000', 'ffffff7f', '00100000'),
});

export const mpeg1: FuzzTarget = (() => {
  const inner = readerTarget(() => new Mpeg1Splitter(LARGEST), {
    seeds: () =>
      fromHex(
        '000001b30a0078140ffffee018000001b800080040' +
          '0000010000' +
          '0fffb8000001010a0b0c' +
          '00000100005 7ffe8000001010a0b'.replaceAll(' ', '') +
          '000001b7',
      ),
    dictionary: fromHex('000001b3', '000001b8', '00000100', '00000101', '000001b7', '0000'),
  });
  return {
    ...inner,
    run(input) {
      const size = mpeg1Size(input);
      promise(size === null || (size.width > 0 && size.height > 0), 'a picture of no size');
      inner.run(input);
      const splitter = new Mpeg1Splitter(LARGEST);
      splitter.push(input);
      splitter.end();
    },
  };
})();
