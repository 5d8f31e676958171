// RFC 4180: records end in CRLF, and a field is quoted where it holds a comma, a quote or a line break.

/** What a spreadsheet takes for the start of a formula, also in the wide forms of East Asian keyboards. */
const formula = /^'*[=+\-@\t\r\n＝＋－＠]/u;
/** Plain numbers begin with a sign too, and are harmless. */
const number = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

/**
 * A text that a spreadsheet shows and does not run: an apostrophe goes before what it would take for a formula. Where
 * apostrophes stand before it already, one more comes, so that taking one off gives the text back.
 */
export const guarded = (text: string): string =>
  formula.test(text) && !number.test(text) ? `'${text}` : text;

/** One record with its line end. Texts are guarded; null is an empty field. */
export function csvRecord(fields: readonly (string | number | boolean | null)[]): string {
  return `${fields.map(fieldOf).join(',')}\r\n`;
}

function fieldOf(value: string | number | boolean | null): string {
  if (value === null) return '';
  if (typeof value !== 'string') return String(value);
  const text = guarded(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
