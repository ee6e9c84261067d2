import { describe, expect, it } from 'vitest';
import { isSdpFault, type Offer, parseOffer } from '../../../src/sdp/index.js';
import { derivedTracks, isPossible, neededTranscode } from '../../../src/streams/transcode-wish.js';
import { trackOf } from '../egress/transcode/source.js';
import { playRequest } from './support.js';

const nothing = { width: 0, height: 0, bitrate: 0, quality: 0 };
const h264Mode1 = 'profile-level-id=42e01f;packetization-mode=1;level-asymmetry-allowed=1';
const video = (name: string, fmtp = '') => {
  const track = trackOf('video', name, 90_000);
  return { ...track, codec: { ...track.codec, channels: 1, fmtp } };
};
const opus = { ...trackOf('audio', 'opus', 48_000) };
const sound = { ...opus, codec: { ...opus.codec, channels: 2 } };
const h264 = [video('H264', h264Mode1), sound];

/** What Chromium offers to play, but for the codecs named. */
function offerWithout(...codecs: string[]): Offer {
  let { sdp } = playRequest();
  for (const codec of codecs) {
    sdp = sdp.replace(new RegExp(`^(a=rtpmap:\\d+) ${codec}/`, 'gm'), '$1 unheard-of/');
  }
  const offer = parseOffer(sdp);
  if (isSdpFault(offer)) throw new Error('the offer cannot be read');
  return offer;
}

const asIs = { width: 0, height: 0, bitrate: 0, quality: 0 };

describe('what a player needs', () => {
  it('is nothing where it takes the stream as it is, and asks for nothing', () => {
    expect(neededTranscode(offerWithout(), h264, nothing)).toBeNull();
  });

  it('is what it asks for, in the codec of the publisher', () => {
    const needed = (wish: object, tracks = h264) =>
      neededTranscode(offerWithout(), tracks, { ...nothing, ...wish });
    expect(needed({ width: 320 })).toEqual({
      video: { ...asIs, codec: 'H264', width: 320 },
      audio: null,
      asked: true,
    });
    expect(needed({ bitrate: 300.4 })?.video).toEqual({ ...asIs, codec: 'H264', bitrate: 300 });
    expect(needed({ quality: 70 })?.video).toEqual({ ...asIs, codec: 'H264', quality: 70 });
    expect(needed({ height: 180 }, [video('VP8'), sound])?.video?.codec).toBe('VP8');
    expect(needed({ bitrate: 1e9, quality: 1e9 })?.video).toMatchObject({ bitrate: 20_000, quality: 100 });
    expect(needed({ bitrate: 1 })?.video).toMatchObject({ bitrate: 30 });
  });

  it('is no size where the publisher may have layers for it', () => {
    const simulcast = { ...video('VP8'), encodings: ['q', 'f'] };
    for (const track of [simulcast, video('VP9', 'profile-id=0'), video('AV1')]) {
      expect(neededTranscode(offerWithout(), [track], { ...nothing, width: 320 })).toBeNull();
    }
    expect(neededTranscode(offerWithout(), [simulcast], { ...nothing, bitrate: 300 })?.asked).toBe(true);
  });

  it('is another codec where it does not take the published one', () => {
    expect(neededTranscode(offerWithout('H264'), h264, nothing)).toEqual({
      video: { ...asIs, codec: 'VP8' },
      audio: null,
      asked: false,
    });
    expect(neededTranscode(offerWithout('VP8'), [video('VP8'), sound], nothing)?.video?.codec).toBe('H264');
    expect(neededTranscode(offerWithout('opus'), h264, nothing)).toEqual({
      video: null,
      audio: 'PCMU',
      asked: false,
    });
  });

  it('is a codec that can be made here, as long as the player takes one', () => {
    const wish = { ...nothing, width: 320 };
    const codec = (offer: Offer, ...codecs: ('H264' | 'VP8')[]) =>
      neededTranscode(offer, h264, wish, codecs)?.video?.codec;
    expect(codec(offerWithout(), 'VP8')).toBe('VP8');
    expect(codec(offerWithout(), 'VP8', 'H264')).toBe('H264');
    // These are refused later, as what cannot be made.
    expect(codec(offerWithout('VP8'), 'VP8')).toBe('H264');
    expect(codec(offerWithout())).toBe('H264');
  });

  it('is packetization mode 1, or VP8, where H.264 is sent in a mode that it does not take', () => {
    const offer = offerWithout();
    const mode0 = {
      ...offer,
      sections: offer.sections.map((section) => ({
        ...section,
        codecs: section.codecs.filter(
          ({ name, fmtp }) => name !== 'H264' || !/packetization-mode=1/.test(fmtp),
        ),
      })),
    };
    expect(neededTranscode(mode0, h264, nothing)?.video?.codec).toBe('VP8');
  });

  it('takes a picture that cannot be put into packets anew along with the sound', () => {
    const vp9 = [video('VP9', 'profile-id=0'), sound];
    expect(neededTranscode(offerWithout('opus'), vp9, nothing)).toMatchObject({
      audio: 'PCMU',
      video: { codec: 'H264' },
    });
  });

  it('is nothing where there is no form that it takes', () => {
    expect(neededTranscode(offerWithout('H264', 'VP8'), h264, nothing)).toBeNull();
    expect(neededTranscode(offerWithout('opus', 'PCMU'), h264, nothing)).toBeNull();
    expect(neededTranscode(offerWithout('H264', 'VP8'), h264, { ...nothing, width: 320 })).toBeNull();
  });

  it('can be of 16 to 4096 pixels a side', () => {
    const sizes = [15, 16, 4096, 4097].map((width) => isPossible({ width, height: 0 }));
    expect(sizes).toEqual([false, true, true, false]);
    expect(isPossible({ width: 0, height: 0 })).toBe(true);
  });
});

it('the tracks of a stream that is made have plain packets, each of its own codec', () => {
  const red = { ...sound, redPayloadType: 63, extensions: [{ id: 1, uri: 'urn:x' }] };
  const wish = { video: { ...asIs, codec: 'VP8' as const }, audio: null };
  expect(derivedTracks([h264[0]!, red], wish)).toMatchObject([
    { kind: 'video', codec: { name: 'VP8', clockRate: 90_000 }, extensions: [] },
    { kind: 'audio', codec: { name: 'opus', channels: 2 }, extensions: [], redPayloadType: null },
  ]);
});
