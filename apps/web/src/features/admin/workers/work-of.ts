export interface Work {
  /** “compute-features, shard 3”. */
  readonly name: string;
  readonly roundId: string | null;
}

/** What a worker says that it works on: “compute-features rnd_… shard 3”; of several jobs the first. */
export function workOf(current: string | null): Work | null {
  if (current === null) return null;
  const [first = ''] = current.split(', ');
  const [name = '', id = '', ...rest] = first.split(' ');
  const shard = rest.length === 0 ? '' : `, ${rest.join(' ')}`;
  return { name: `${name}${shard}`, roundId: id.startsWith('rnd_') ? id : null };
}
