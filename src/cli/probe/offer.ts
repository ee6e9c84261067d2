import type { OfferedMedia } from '../../client/index.js';

const h264 = 'level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f';

/** Every codec that a player may have. */
export const playMedia: readonly OfferedMedia[] = [
  {
    kind: 'audio',
    formats: [
      { payloadType: 111, name: 'opus/48000/2', fmtp: 'minptime=10;useinbandfec=1' },
      { payloadType: 8, name: 'PCMA/8000' },
      { payloadType: 0, name: 'PCMU/8000' },
      { payloadType: 9, name: 'G722/8000' },
    ],
  },
  {
    kind: 'video',
    formats: [
      { payloadType: 96, name: 'H264/90000', fmtp: h264, rtx: 97 },
      { payloadType: 98, name: 'VP8/90000', rtx: 99 },
      { payloadType: 100, name: 'VP9/90000', fmtp: 'profile-id=0', rtx: 101 },
      { payloadType: 102, name: 'AV1/90000', rtx: 103 },
    ],
  },
];

/** What repeats or wraps the packets of a codec, and is none. */
export const notCodecs: ReadonlySet<string> = new Set(['rtx', 'red']);
