/** What of the system keeps the server from what it is set to; packaging/sysctl.conf and docs/deployment.md say more. */
import { readFileSync } from 'node:fs';
import type { Config } from './config/index.js';

/** What the system grants; null where it does not say. */
export interface SystemLimits {
  /** `net.core.rmem_max` and `net.core.wmem_max`, bytes. */
  readonly receiveBuffer: number | null;
  readonly sendBuffer: number | null;
  /** Files and sockets that one process may have open. */
  readonly openFiles: number | null;
  /** Whether this process may exceed the bounds of buffers (CAP_NET_ADMIN). */
  readonly netAdmin: boolean;
}

/** Beside clients: pages of the console, media over loopback, files, libraries. */
const otherFiles = 1000;
const netAdminBit = 12n;

/** @param read reads a file of `/proc`; throws when it cannot */
export function readLimits(read = (path: string) => readFileSync(path, 'utf8')): SystemLimits {
  const find = (path: string, pattern: RegExp): string | null => {
    try {
      return pattern.exec(read(path))?.[1] ?? null;
    } catch {
      return null;
    }
  };
  const number = (path: string, pattern: RegExp) => {
    const text = find(path, pattern);
    return text === null ? null : Number(text);
  };
  const capabilities = find('/proc/self/status', /^CapEff:\s*([0-9a-f]{1,16})$/m) ?? '0';
  return {
    receiveBuffer: number('/proc/sys/net/core/rmem_max', /^(\d+)$/m),
    sendBuffer: number('/proc/sys/net/core/wmem_max', /^(\d+)$/m),
    openFiles: number('/proc/self/limits', /^Max open files\s+(\d+)/m),
    netAdmin: ((BigInt(`0x${capabilities}`) >> netAdminBit) & 1n) === 1n,
  };
}

/** One line for each limit that is below what the configuration asks for, with what to do. */
export function limitWarnings(
  { receiveBuffer, sendBuffer, openFiles, netAdmin }: SystemLimits,
  {
    media,
    signaling,
  }: {
    media: Pick<Config['media'], 'socketBuffer'>;
    signaling: Pick<Config['signaling'], 'maxSessions' | 'maxPending'>;
  },
): string[] {
  const lines: string[] = [];
  const asked = media.socketBuffer;
  for (const [name, granted] of [
    ['net.core.rmem_max', receiveBuffer],
    ['net.core.wmem_max', sendBuffer],
  ] as const) {
    if (granted === null || granted >= asked || netAdmin) continue;
    lines.push(
      `${name} is ${granted}, so media sockets do not get the buffer of media.socketBuffer and lose bursts: run sysctl -w ${name}=${asked}`,
    );
  }
  const files = signaling.maxSessions + signaling.maxPending + otherFiles;
  if (openFiles !== null && openFiles < files) {
    lines.push(
      `this process may have ${openFiles} files open, too few for signaling.maxSessions: allow ${files} (ulimit -n, LimitNOFILE)`,
    );
  }
  return lines;
}
