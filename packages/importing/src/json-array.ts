import { JSONParser } from '@streamparser/json';
import { TangentError } from '@tangent/contracts';
import { decodeText } from './decode-text.js';
import { maxLineBytes } from './lines.js';

/** An element of the array, counted from 1. */
export interface JsonElement {
  readonly record: number;
  readonly value: unknown;
}

/**
 * The elements of a file that is one JSON array, in groups as they are read and in constant memory: of an element that is too long at most
 * `maxLineBytes` are held. Throws malformed-body, with the number of the last whole element, where the file is no
 * JSON array or breaks off.
 */
export async function* readJsonArray(path: string): AsyncGenerator<readonly JsonElement[]> {
  const parser = new JSONParser({ paths: ['$.*'], keepStack: false, stringBufferSize: 1 << 16 });
  const values: unknown[] = [];
  parser.onValue = ({ value, parent }) => {
    if (!Array.isArray(parent)) throw new Error('it is an object, not an array');
    values.push(value);
  };
  let record = 0;
  let numOpen = 0; // characters since the last whole element
  for await (const text of decodeText(path)) {
    const fault = faultOf(() => parser.write(text));
    numOpen = values.length > 0 ? 0 : numOpen + text.length;
    if (values.length > 0) yield values.splice(0).map((value) => ({ record: ++record, value }));
    if (fault) throw broken(record, fault);
    if (numOpen > maxLineBytes)
      throw broken(record, new Error(`the next element is longer than ${maxLineBytes} characters`));
  }
  const fault = parser.isEnded ? undefined : faultOf(() => parser.end());
  if (fault) throw broken(record, new Error('it ends too early; was it cut off?', { cause: fault }));
}

function faultOf(parse: () => void): Error | undefined {
  try {
    parse();
    return undefined;
  } catch (error) {
    return error as Error;
  }
}

const broken = (record: number, fault: Error) =>
  new TangentError(
    'malformed-body',
    `The file cannot be read as one JSON array ${record === 0 ? 'from its start' : `after element ${record}`}: ${fault.message}`,
    { cause: fault },
  );
