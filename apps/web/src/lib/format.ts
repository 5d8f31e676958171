const counts = new Intl.NumberFormat('en-US');
const clock = new Intl.DateTimeFormat('en-GB', { timeStyle: 'short' });
const dates = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' });

export const formatCount = (value: number): string => counts.format(value);
export const formatPercent = (share: number, digits = 0): string => `${(share * 100).toFixed(digits)}%`;
/** The time of today: “14:05”. */
export const formatClock = (at: Date): string => clock.format(at);
export const formatDate = (timestamp: string): string => dates.format(new Date(timestamp));

/** “1 label”, “2 labels”. */
export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${formatCount(count)} ${count === 1 ? one : many}`;

/** 180 → “0.18 s”, 4200 → “4.2 s”, 75000 → “1 min 15 s”. */
export function formatMs(ms: number): string {
  if (ms < 1000) return `${(ms / 1000).toFixed(2)} s`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  const minutes = Math.floor(ms / 60_000);
  return minutes < 60
    ? `${minutes} min ${Math.floor((ms % 60_000) / 1000)} s`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** A span of work, to the minute: “under a minute”, “12 min”, “3 h 20 min”, “45 h”. */
export function formatSpan(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  if (minutes < 1) return 'under a minute';
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours >= 10 || minutes % 60 === 0
    ? `${Math.round(minutes / 60)} h`
    : `${hours} h ${minutes % 60} min`;
}

/** How long ago, coarse enough not to twitch: “now”, “12 s”, “3 min”, “2 h”, “5 d”. */
export function formatAge(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 2) return 'now';
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}

/** A score with three significant digits, so that neighbours in a ranking can be told apart. */
export function formatScore(score: number): string {
  if (score === 0) return '0';
  const size = Math.abs(score);
  return size >= 0.001 && size < 10_000 ? String(Number(score.toPrecision(3))) : score.toExponential(1);
}

/** 1536 → “1.5 kB”, 12 MiB → “12.6 MB”: in powers of 1,000, as disks are sold. */
export function formatBytes(numBytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let size = numBytes;
  let unit = 0;
  while (size >= 1000 && unit < units.length - 1) {
    size /= 1000;
    unit += 1;
  }
  return `${unit === 0 || size >= 100 ? Math.round(size) : size.toFixed(1)} ${units[unit]}`;
}
