import { Readable } from 'node:stream';

/** A stream whose first piece was read already, so that what fails at once fails before the answer begins. */
export interface Begun {
  readonly first: IteratorResult<Uint8Array, void>;
  readonly chunks: AsyncGenerator<Uint8Array, void, undefined>;
}

export async function begin(chunks: AsyncGenerator<Uint8Array, void, undefined>): Promise<Begun> {
  return { first: await chunks.next(), chunks };
}

/**
 * The chunks as a stream that ends with an error when nobody took one for `stalledAfterMs`: what is read from holds a
 * connection and an old snapshot, which a reader that sleeps must not keep for ever. `chunks` is returned in any case.
 */
export function whileRead(
  { first, chunks }: Begun,
  { stalledAfterMs }: { readonly stalledAfterMs: number },
): Readable {
  let timer: NodeJS.Timeout | undefined;
  const stall = () =>
    stream.destroy(new Error(`nothing of the stream was read for ${stalledAfterMs / 1000} s`));
  async function* watched() {
    for (let next = first; !next.done; next = await chunks.next()) {
      timer = setTimeout(stall, stalledAfterMs);
      yield next.value;
      clearTimeout(timer);
    }
  }
  const stream: Readable = Readable.from(watched());
  stream.once('close', () => {
    clearTimeout(timer);
    // Also when nothing was read: a generator that did not begin does not hear that it should end.
    chunks.return().catch(() => undefined);
  });
  return stream;
}
