import type { RowError } from '@tangent/contracts';

/**
 * The error as jsonb takes it. It may quote the file, and Postgres refuses NUL and half a surrogate pair: U+FFFD stands
 * for each.
 */
export const storableError = ({ file, detail, ...error }: RowError): RowError => ({
  ...error,
  ...(file !== undefined && { file: storable(file) }),
  detail: storable(detail),
});

const storable = (text: string) => text.replace(/[\0\p{Surrogate}]/gu, '\uFFFD');
