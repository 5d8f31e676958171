import { type ImportedNetwork, importedNetwork, TangentError } from '@tangent/contracts';

/** What a network’s file says of itself: is kept with it, and answered. */
export type NetworkSummary = Pick<
  ImportedNetwork,
  'inputShape' | 'numOutputs' | 'numParameters' | 'numBytes' | 'layers' | 'notes'
>;
const shape = importedNetwork.pick({
  inputShape: true,
  numOutputs: true,
  numParameters: true,
  numBytes: true,
  layers: true,
  notes: true,
});

/** As long as backbone.output may be. */
const maxName = 500;
const maxText = 1_000;
/** What Postgres does not take in JSON. */
const notText = /\0|\p{Surrogate}/u;

/**
 * The summary, once it is certain that it can be stored and answered: a row that cannot would break the list of the
 * project’s networks. Long notes are cut. Throws unsupported-network.
 */
export function checkSummary(summary: NetworkSummary): NetworkSummary {
  const { success, data, error } = shape.safeParse(summary);
  if (!success) {
    const { path, message } = error.issues[0]!;
    throw refusal(`its ${path.join('.')} cannot be described: ${message}; save the model anew`);
  }
  for (const { name, type } of data.layers) for (const text of [name, type]) assertName(text, 'a layer');
  const broken = data.notes.find((note) => notText.test(note));
  if (broken !== undefined)
    throw refusal(`a name in it holds U+0000 or half a surrogate pair (${cut(broken)}); rename that layer`);
  return { ...data, notes: data.notes.map(cut) };
}

/** Throws unsupported-network for a name from a file that cannot be stored or shown. */
export function assertName(name: string, what: string): void {
  if (name.length > maxName)
    throw refusal(
      `${what} has a name of ${name.length} characters (“${name.slice(0, 40)}…”), at most ${maxName} are supported; rename it`,
    );
  if (notText.test(name))
    throw refusal(`the name of ${what} holds U+0000 or half a surrogate pair (“${cut(name)}”); rename it`);
}

/** The error of a reader; names in its message may be of any length. */
export function refusal(reason: string, cause?: Error): TangentError {
  return new TangentError('unsupported-network', `The network was not imported: ${cut(reason)}.`, {
    ...(cause && { cause }),
  });
}

const cut = (text: string): string =>
  (text.length > maxText ? `${text.slice(0, maxText)}…` : text).replace(/\0|\p{Surrogate}/gu, '�');
