export {
  avcDecoderConfiguration,
  type H264ParameterSets,
  h264ParameterSets,
  parameterSetsIn,
} from './h264.js';
export { isKeyFrame } from './key-frame.js';
export { opusHead } from './opus.js';
export { type VideoConfig, videoConfig } from './video-config.js';
