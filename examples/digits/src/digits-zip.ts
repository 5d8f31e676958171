import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';
import { type Digit, toPng } from './digits.js';

export interface DigitsZip {
  /** Labeled from the start: `<digit>/name.png`. */
  readonly labeled: readonly Digit[];
  /** To be labeled: `unlabeled/name.png`. */
  readonly unlabeled: readonly Digit[];
  /** Held out for the curve: `holdout/<digit>/name.png`. */
  readonly heldOut: readonly Digit[];
}

/** An archive as the import takes it, and what each path really is: what a simulated oracle answers by. */
export async function zipDigits({
  labeled,
  unlabeled,
  heldOut,
}: DigitsZip): Promise<{ readonly zip: Blob; readonly truth: ReadonlyMap<string, string> }> {
  const archive = new ZipFile();
  const truth = new Map<string, string>();
  let n = 0;
  const add = async (digit: Digit, folder: string) => {
    const name = `${folder}/${String(n++).padStart(5, '0')}.png`;
    truth.set(name, String(digit.digit));
    archive.addBuffer(await toPng(digit), name, { compress: false, mtime: new Date(0) });
  };
  for (const digit of labeled) await add(digit, String(digit.digit));
  for (const digit of unlabeled) await add(digit, 'unlabeled');
  for (const digit of heldOut) await add(digit, `holdout/${digit.digit}`);
  archive.end();
  return { zip: new Blob([await buffer(archive.outputStream)]), truth };
}

/** `count` digits with at least one of every class in front, then the rest, each in the order given. */
export function withEveryClass(
  digits: readonly Digit[],
  count: number,
): { readonly chosen: Digit[]; readonly rest: Digit[] } {
  const firsts = Array.from({ length: 10 }, (_, c) => digits.find((d) => d.digit === c)).filter(
    (d) => d !== undefined,
  );
  if (firsts.length < 10 || count < 10)
    throw new RangeError(`${count} of ${digits.length} digits cannot hold one of each class`);
  const isFirst = new Set(firsts);
  const others = digits.filter((d) => !isFirst.has(d));
  return {
    chosen: [...firsts, ...others.slice(0, count - firsts.length)],
    rest: others.slice(count - firsts.length),
  };
}
