/** One track of a live Matroska stream, as little of it as ffmpeg takes. */
export interface MatroskaTrack {
  readonly codecId: string;
  readonly codecPrivate?: Uint8Array;
  readonly video?: { readonly width: number; readonly height: number };
  readonly audio?: { readonly rate: number; readonly channels: number };
}

/** The beginning of a stream: EBML header, a segment of unknown size, timestamps in ms, one track. */
export function matroskaHeader({ codecId, codecPrivate, video, audio }: MatroskaTrack): Buffer {
  const kind = video
    ? element('e0', element('b0', uint(video.width, 2)), element('ba', uint(video.height, 2)))
    : element('e1', element('b5', float(audio?.rate ?? 0)), element('9f', uint(audio?.channels ?? 0, 1)));
  const track = element(
    'ae',
    ...[element('d7', uint(1, 1)), element('73c5', uint(1, 1)), element('83', uint(video ? 1 : 2, 1))],
    ...[element('86', Buffer.from(codecId)), ...(codecPrivate ? [element('63a2', codecPrivate)] : []), kind],
  );
  return Buffer.concat([
    element('1a45dfa3', element('4282', Buffer.from('matroska')), element('4287', uint(4, 1))),
    Buffer.from('1853806701ffffffffffffff', 'hex'),
    element('1549a966', element('2ad7b1', uint(1_000_000, 3))),
    element('1654ae6b', track),
  ]);
}

/** One frame in a cluster of its own. @param time ms */
export function matroskaFrame(time: number, key: boolean, data: Uint8Array): Buffer {
  const block = element('a3', Buffer.from([0x81, 0, 0, key ? 0x80 : 0]), data);
  return element('1f43b675', element('e7', uint(Math.round(time), 4)), block);
}

function element(id: string, ...parts: Uint8Array[]): Buffer {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from(id, 'hex'), uint(0x1000_0000 + body.length, 4), body]);
}

function uint(value: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  bytes.writeUIntBE(value, 0, length);
  return bytes;
}

function float(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(value);
  return bytes;
}
