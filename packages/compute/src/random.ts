import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';

/** Seeded random numbers: the same seed gives the same sequence on every machine. */
export interface Random {
  /** Uniform in [0, 1), with 53 random bits. */
  uniform(): number;
  /** Standard normal (Box–Muller). */
  normal(): number;
  /** Uniform integer in [0, bound). */
  integer(bound: number): number;
  /** −1 or 1. */
  sign(): 1 | -1;
  /** A random order of 0 … n − 1 (Fisher–Yates). */
  permutation(n: number): Int32Array;
  /** `count` different numbers of 0 … n − 1, ascending; all of them when count ≥ n. Cost O(n). */
  sample(n: number, count: number): Int32Array;
  /** An independent generator, the same for the same label: it does not depend on what was drawn before. */
  fork(label: string): Random;
}

/**
 * A generator for a seed; bits by xoroshiro128+ (Blackman & Vigna, 2018) of the library pure-rand. A number and its
 * decimal text are the same seed.
 */
export function createRandom(seed: number | string): Random {
  const key = String(seed);
  const bits = xoroshiro128plusFromState(stateOf(key));
  const next32 = () => bits.next() >>> 0;
  const uniform = () => ((next32() >>> 5) * 67108864 + (next32() >>> 6)) / 9007199254740992;
  let spare: number | undefined;

  const random: Random = {
    uniform,
    normal() {
      if (spare !== undefined) {
        const value = spare;
        spare = undefined;
        return value;
      }
      const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
      const angle = 2 * Math.PI * uniform();
      spare = radius * Math.sin(angle);
      return radius * Math.cos(angle);
    },
    integer(bound) {
      if (!(Number.isSafeInteger(bound) && bound > 0))
        throw new RangeError(`integer: the bound must be a positive integer, got ${bound}`);
      return Math.floor(uniform() * bound);
    },
    sign: () => (next32() & 0x40000000 ? 1 : -1),
    permutation(n) {
      const order = Int32Array.from({ length: n }, (_, i) => i);
      for (let i = n - 1; i > 0; i--) {
        const j = random.integer(i + 1);
        const kept = order[i]!;
        order[i] = order[j]!;
        order[j] = kept;
      }
      return order;
    },
    sample: (n, count) => random.permutation(n).slice(0, count).sort(),
    fork: (label) => createRandom(`${key}/${label}`),
  };
  return random;
}

/**
 * 128 bits of state from a text: four FNV-1a hashes of its UTF-16 code units from different starts, each mixed by
 * murmur3's finaliser. The library's own 32-bit seeding leaves most of the state the same for all seeds.
 */
function stateOf(text: string): [number, number, number, number] {
  const word = (start: number): number => {
    let h = start;
    for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
    h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
    return (h ^ (h >>> 16)) | 0;
  };
  // The last word is odd, because a state of zeros only is the one that the generator cannot leave.
  return [word(0x811c9dc5), word(0x9e3779b9), word(0x243f6a88), word(0xb7e15162) | 1];
}
