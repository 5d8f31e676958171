const browsers: readonly (readonly [RegExp, string])[] = [
  [/Edg\//, 'Edge'],
  [/OPR\//, 'Opera'],
  [/Firefox\//, 'Firefox'],
  [/Chrome\//, 'Chrome'],
  [/Safari\//, 'Safari'],
];
const systems: readonly (readonly [RegExp, string])[] = [
  [/Android/, 'Android'],
  [/iPhone|iPad/, 'iOS'],
  [/Windows/, 'Windows'],
  [/Mac OS X/, 'macOS'],
  [/Linux/, 'Linux'],
];

const first = (known: typeof browsers, text: string) => known.find(([pattern]) => pattern.test(text))?.[1];

/** “Firefox on Linux”: what a person recognises of a user agent. */
export function browserOf(userAgent: string | null): string {
  if (userAgent === null || userAgent === '') return 'Unknown browser';
  const browser = first(browsers, userAgent);
  const system = first(systems, userAgent);
  // What is no browser says its name first.
  if (browser === undefined) return userAgent.split(/[\s/(]/, 1)[0] || 'Unknown browser';
  return system === undefined ? browser : `${browser} on ${system}`;
}
