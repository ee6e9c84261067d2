/** What stands where a figure is not known. */
export const unknown = '–';

type Figure = number | null | undefined;

const isKnown = (value: Figure): value is number => typeof value === 'number' && Number.isFinite(value);

/** @param bitsPerSecond bit/s */
export function formatBitrate(bitsPerSecond: Figure): string {
  if (!isKnown(bitsPerSecond)) return unknown;
  const kilobits = bitsPerSecond / 1000;
  if (kilobits < 999.5) return `${Math.round(kilobits)} kbit/s`;
  const megabits = kilobits / 1000;
  if (megabits < 999.5) return `${megabits.toFixed(megabits < 99.95 ? 1 : 0)} Mbit/s`;
  return `${(megabits / 1000).toFixed(1)} Gbit/s`;
}

/** @param share of packets that were lost, 0 to 1 */
export function formatLoss(share: Figure): string {
  if (!isKnown(share)) return unknown;
  const percent = share * 100;
  return percent > 0 && percent < 0.1
    ? '< 0.1 %'
    : `${percent.toFixed(percent > 0 && percent < 9.95 ? 1 : 0)} %`;
}

/** @param share of a core, 1 for a whole one; or of a process' time */
export function formatShare(share: Figure): string {
  return isKnown(share) ? `${Math.round(share * 100)} %` : unknown;
}

/** @param time ms */
export function formatDelay(time: Figure): string {
  return isKnown(time) ? `${Math.round(time)} ms` : unknown;
}

export function formatRate(framesPerSecond: Figure): string {
  return isKnown(framesPerSecond) ? `${Math.round(framesPerSecond)} fps` : unknown;
}

export function formatCount(count: Figure): string {
  return isKnown(count) ? Math.round(count).toLocaleString('en-US') : unknown;
}

/** @param bytes in units of 1024, as the settings have them */
export function formatBytes(bytes: Figure): string {
  if (!isKnown(bytes)) return unknown;
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${value.toFixed(unit === 0 || value >= 99.95 ? 0 : 1)} ${units[unit]}`;
}

/** The two largest parts of a time. @param time ms */
export function formatDuration(time: Figure): string {
  if (!isKnown(time)) return unknown;
  const seconds = Math.max(0, Math.floor(time / 1000));
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  const days = Math.floor(hours / 24);
  if (days > 0) return `${days} d ${hours % 24} h`;
  if (hours > 0) return `${hours} h ${minutes % 60} min`;
  if (minutes > 0) return `${minutes} min ${seconds % 60} s`;
  return `${seconds} s`;
}

export function formatSize(width: Figure, height: Figure): string {
  return isKnown(width) && isKnown(height) && width > 0 && height > 0 ? `${width} × ${height}` : unknown;
}

/** What is known of several, with dots between. */
export function joinKnown(...parts: readonly (string | null | undefined)[]): string {
  const known = parts.filter((part) => part && part !== unknown);
  return known.length > 0 ? known.join(' · ') : unknown;
}
