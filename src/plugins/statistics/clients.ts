import type { SignalingExtension } from '../../signaling/index.js';

/** Who is connected, and what they say. */
export class Clients {
  connected = 0;
  /** Messages since the start, by name: those of the protocol, and `unknown`. */
  readonly messages = new Map<string, number>();

  get extension(): SignalingExtension {
    return {
      handlers: {},
      welcome: () => {
        this.connected += 1;
        return {};
      },
      onMessage: (_client, name) => void this.messages.set(name, (this.messages.get(name) ?? 0) + 1),
      onEnd: () => {
        this.connected -= 1;
      },
    };
  }
}
