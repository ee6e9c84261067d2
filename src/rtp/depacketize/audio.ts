import type { Memory } from '../../kit/index.js';
import { AssemblingDepacketizer } from './depacketizer.js';

/** Sound whose RTP payload is the codec's packet: Opus (RFC 7587 4.2), G.711 and G.722 (RFC 3551 4.5). */
export class AudioDepacketizer extends AssemblingDepacketizer {
  protected take(memory: Memory, offset: number, length: number): boolean {
    return length > 0 && this.frame.length === 0 && this.frame.append(memory, offset, length);
  }

  protected complete(): boolean {
    return true;
  }

  protected begin(): void {}
}
