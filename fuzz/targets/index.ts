import type { FuzzTarget } from '../engine/target.js';
import type { RtcpType } from './rtcp.js';

const rtcp = (type: RtcpType) => async () => (await import('./rtcp.js')).rtcpTarget(type);
const video = (codec: 'H264' | 'VP8' | 'VP9' | 'AV1') => async () =>
  (await import('./video.js')).videoTarget(codec);
const media = (way: 0 | 1 | 2 | 3) => async () => (await import('./media.js')).mediaTarget(way);
const GCM = 'SRTP_AEAD_AES_128_GCM';
const CM = 'SRTP_AES128_CM_SHA1_80';

/** Every target, loaded when it is needed: the counters of its modules are all there are then. */
export const targets: Readonly<Record<string, () => Promise<FuzzTarget>>> = {
  stun: async () => (await import('./stun.js')).target,
  demultiplexer: async () => (await import('./transport.js')).demultiplexer(),
  'tcp-frames': async () => (await import('./transport.js')).tcpFrames(),
  'srtp-gcm': async () => (await import('./srtp.js')).srtpTarget(GCM, 'rtp'),
  'srtp-cm': async () => (await import('./srtp.js')).srtpTarget(CM, 'rtp'),
  'srtcp-gcm': async () => (await import('./srtp.js')).srtpTarget(GCM, 'rtcp'),
  'srtcp-cm': async () => (await import('./srtp.js')).srtpTarget(CM, 'rtcp'),
  rtp: async () => (await import('./rtp.js')).target,
  rtcp: async () => (await import('./rtcp.js')).compound,
  'rtcp-sr': rtcp('sr'),
  'rtcp-rr': rtcp('rr'),
  'rtcp-bye': rtcp('bye'),
  'rtcp-nack': rtcp('nack'),
  'rtcp-transport-cc': rtcp('twcc'),
  'rtcp-pli': rtcp('pli'),
  'rtcp-fir': rtcp('fir'),
  'rtcp-remb': rtcp('remb'),
  'rtcp-xr': rtcp('xr'),
  h264: video('H264'),
  vp8: video('VP8'),
  vp9: video('VP9'),
  av1: video('AV1'),
  'dependency-descriptor': async () => (await import('./descriptor.js')).target,
  'media-h264': media(0),
  'media-simulcast': media(1),
  'media-vp9': media(2),
  'media-av1': media(3),
  sdp: async () => (await import('./sdp.js')).target,
  messages: async () => (await import('./wire.js')).target,
  rest: async () => (await import('./rest.js')).restTarget(),
  configuration: async () => (await import('./config.js')).target,
  flv: async () => (await import('./readers.js')).flv,
  ivf: async () => (await import('./readers.js')).ivf,
  mpeg1: async () => (await import('./readers.js')).mpeg1,
  mp4: async () => (await import('./recordings.js')).mp4,
  matroska: async () => (await import('./recordings.js')).matroska,
  mse: async () => (await import('./writers.js')).mse,
  'ws-player': async () => (await import('./writers.js')).wsPlayer,
};

export const targetNames: readonly string[] = Object.keys(targets);
