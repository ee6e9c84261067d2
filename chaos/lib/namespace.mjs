// A network and mounts of its own, where that is allowed: what is done to them is undone by the end of the process.
import { execFileSync, spawnSync } from 'node:child_process';

const inside = 'CHAOS_NAMESPACE';

/** Whether this process has a network and mounts of its own. */
export const isolated = process.env[inside] === '1';

/**
 * Runs this program once more in namespaces of its own, if that is allowed.
 *
 * @returns {number | null} its exit code; null when this process is to go on
 */
export function enter() {
  if (isolated || process.getuid?.() !== 0) return null;
  const args = ['--net', '--mount', process.execPath, ...process.execArgv, ...process.argv.slice(1)];
  if (spawnSync('unshare', ['--net', '--mount', 'true']).status !== 0) return null;
  const { status } = spawnSync('unshare', args, { stdio: 'inherit', env: { ...process.env, [inside]: '1' } });
  return status ?? 1;
}

export function bringUp() {
  if (isolated) execFileSync('ip', ['link', 'set', 'lo', 'up']);
}

/** Nothing goes through the loopback interface faster than this; null: as fast as it can. @param {string | null} rate */
export function limitNetwork(rate) {
  if (rate === null) execFileSync('tc', ['qdisc', 'del', 'dev', 'lo', 'root']);
  else {
    const bucket = ['tbf', 'rate', rate, 'burst', '16kb', 'limit', '64mb'];
    execFileSync('tc', ['qdisc', 'add', 'dev', 'lo', 'root', ...bucket]);
  }
}

/** Mounts a disk of this size at a folder, or gives the one that is there another size. */
export function mountDisk(folder, size, again = false) {
  execFileSync('mount', ['-t', 'tmpfs', '-o', `${again ? 'remount,' : ''}size=${size}`, 'tmpfs', folder]);
}

export function unmount(folder) {
  execFileSync('umount', ['-l', folder]);
}
