import { type ErrorCode, errorCatalogue, errorCodes } from '@tangent/contracts';
import { waysOut } from './ways-out.js';

const intro =
  'Every error is `application/problem+json` (RFC 9457): `{ type, title, status, code, detail, instance, requestId, errors? }`. `code` is stable, and `type` leads to its paragraph here. `detail` names what happened and the way out; `errors` points at faults in the request.';

/** docs/errors.md; a test holds the file against this. */
export function errorsMarkdown(): string {
  const paragraph = (code: ErrorCode) => {
    const { status, title } = errorCatalogue[code];
    return `## ${code}\n\n${status}. **${title}.** ${waysOut[code]}\n`;
  };
  return `# Errors\n\n${intro}\n\n${errorCodes.map(paragraph).join('\n')}`;
}

const escaped = (text: string) =>
  text.replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c]!);
const inline = (text: string) => escaped(text).replace(/`([^`]+)`/g, '<code>$1</code>');

/** The same as a page. */
export function errorsHtml(): string {
  const sections = errorCodes.map((code) => {
    const { status, title } = errorCatalogue[code];
    return `<section id="${code}"><h2><a href="#${code}">${code}</a></h2><p>${status}. <b>${escaped(title)}.</b> ${inline(waysOut[code])}</p></section>`;
  });
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Errors of the Tangent API</title>
<style>
:root { color-scheme: light dark; }
body { font: 16px/1.6 system-ui, sans-serif; max-width: 46rem; margin: 0 auto; padding: 2rem 1rem; }
h2 { font-size: 1.05rem; margin: 2rem 0 0; font-family: ui-monospace, monospace; }
h2 a { color: inherit; text-decoration: none; }
p { margin: .25rem 0 0; }
section:target { outline: 2px solid; outline-offset: .6rem; border-radius: 2px; }
</style>
</head>
<body>
<h1>Errors</h1>
<p>${inline(intro)}</p>
${sections.join('\n')}
</body>
</html>
`;
}
