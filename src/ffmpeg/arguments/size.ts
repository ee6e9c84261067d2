/** Width and height of a picture, pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** What may be asked of a transcoded picture; what is missing follows from the rest. */
export interface AskedSize {
  readonly width?: number;
  readonly height?: number;
}

const smallest = 16;
const largest = 4096;

/**
 * The size that a picture is to be scaled to. Both sides given are taken as they are, one given makes the other follow
 * the source's shape, none leaves it as it is; each is made even, since the colours of 4:2:0 have half the resolution.
 * @returns null when that is not a size from 16 to 4096 a side
 */
export function outputSize(source: Size, asked: AskedSize): Size | null {
  const { width, height } = asked;
  const shape = source.width / source.height;
  const wanted = {
    width: width ?? (height === undefined ? source.width : height * shape),
    height: height ?? (width === undefined ? source.height : width / shape),
  };
  const size = { width: even(wanted.width), height: even(wanted.height) };
  return fits(size.width) && fits(size.height) ? size : null;
}

function even(side: number): number {
  return 2 * Math.round(side / 2);
}

function fits(side: number): boolean {
  return side >= smallest && side <= largest;
}
