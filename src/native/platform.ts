import { NativeFault } from './native-fault.js';

const ARCHITECTURES = new Set(['x64', 'arm64']);

/**
 * The struct layouts of this room are those of 64-bit little-endian Linux.
 *
 * @throws NativeFault `platform` anywhere else
 */
export function requirePlatform(platform: string = process.platform, arch: string = process.arch): void {
  if (platform === 'linux' && ARCHITECTURES.has(arch)) return;
  throw new NativeFault(
    'platform',
    `The media process runs on 64-bit Linux (x64 or arm64) only; this is ${platform} ${arch}`,
  );
}
