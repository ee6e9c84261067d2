import { readFileSync } from 'node:fs';
import { hex } from './support.js';

interface Captured {
  readonly payload: string;
  readonly descriptor?: string;
}

const file = new URL('../../fixtures/rtp/chromium-payloads.json', import.meta.url);

/**
 * The first packets of streams that Chromium 156 published, 640×360, by codec and scalability mode: how each
 * payload begins, and of AV1 the dependency descriptor. 'VP9 L3T3_KEY' is two pieces: one spatial layer at
 * first, then from the key frame on with which the second begins.
 */
const streams = JSON.parse(readFileSync(file, 'utf8')) as Record<string, readonly Captured[]>;

export function payloads(stream: string): Uint8Array[] {
  return streams[stream]!.map(({ payload }) => hex(payload));
}

export function descriptors(stream: string): Uint8Array[] {
  return streams[stream]!.map(({ descriptor }) => hex(descriptor!));
}
