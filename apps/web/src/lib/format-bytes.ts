const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;

/** 1500 → “1.5 kB”, in powers of 1,000 as disks are sold. */
export function formatBytes(bytes: number): string {
  const power = bytes < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** power;
  return `${power === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[power]}`;
}
