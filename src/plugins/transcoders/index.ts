export { type TranscoderOrder, TranscoderRefused, type TranscoderView } from './order.js';
export { Transcoders } from './transcoders.js';
