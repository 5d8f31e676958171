const width = 760;

/** Told apart in light and dark, and by the colour-blind (after Okabe & Ito 2008); beyond eight the dashes change too. */
export const colours = [
  ['#0072b2', '#58b4f0'],
  ['#c44e00', '#ff9a4d'],
  ['#00805d', '#3fd6a5'],
  ['#a8457f', '#f0a3cf'],
  ['#806600', '#e6cf4d'],
  ['#5b5b5b', '#b5b5b5'],
  ['#6a3d9a', '#c7a6f0'],
  ['#a01c1c', '#ff8080'],
] as const;

const style = `
text{font:13px system-ui,sans-serif;fill:#24292f}.title{font-weight:600;font-size:15px}
.page{fill:#fff}.grid{stroke:#d8dee4}.axis{stroke:#57606a}.line{fill:none;stroke-width:2}.band{stroke:none;fill-opacity:.14}
${colours.map(([light], i) => `.c${i}{stroke:${light};fill:${light}}`).join('')}
@media(prefers-color-scheme:dark){text{fill:#e6edf3}.page{fill:#0d1117}.grid{stroke:#30363d}.axis{stroke:#8b949e}
${colours.map(([, dark], i) => `.c${i}{stroke:${dark};fill:${dark}}`).join('')}}
.line{fill:none}.band{stroke:none}`.trim();

/** A diagram of these elements that follows the reader's light or dark scheme. */
export function svgPage(
  { title, titleX, height }: { readonly title: string; readonly titleX: number; readonly height: number },
  elements: readonly string[],
): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escaped(title)}">
<style>${style}</style>
<rect class="page" width="${width}" height="${height}"/>
<text class="title" x="${titleX}" y="26">${escaped(title)}</text>
${elements.join('\n')}
</svg>
`;
}

/** A line of text; `place` is a transform where it is not simply at x, y. */
export function svgText(
  text: string,
  at: {
    readonly x?: number | string;
    readonly y?: number | string;
    readonly anchor: 'middle' | 'end';
    readonly transform?: string;
  },
): string {
  const place = at.transform ? `transform="${at.transform}"` : `x="${at.x}" y="${at.y}"`;
  return `<text ${place} text-anchor="${at.anchor}">${escaped(text)}</text>`;
}

export function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
