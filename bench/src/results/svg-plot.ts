import type { Plot, PlotPoint } from '../harness-report.js';
import { rounded } from './numbers.js';
import { type Axis, linearAxis, logAxis } from './ticks.js';

const size = { width: 760, height: 420 };
const area = { left: 72, right: 580, top: 48, bottom: 360 };

/** Told apart in light and dark, and by the colour-blind (after Okabe & Ito 2008); beyond eight the dashes change too. */
const colours = [
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

/**
 * A diagram of lines with bands for their intervals, as SVG that follows the reader's light or dark scheme. The legend
 * stands in the order of the lines' right ends. Throws RangeError for points that are no numbers.
 */
export function drawPlot(plot: Plot): string {
  const points = plot.series.flatMap((series) => series.points);
  const axisOf = (scale: 'linear' | 'log', values: number[]) =>
    scale === 'log' ? logAxis(values) : linearAxis(values);
  const horizontal = axisOf(
    plot.x.scale,
    points.map((p) => p.x),
  );
  const vertical = axisOf(
    plot.y.scale,
    points.flatMap(({ y, low, high }) => [y, low ?? y, high ?? y]),
  );
  const x = (value: number) => area.left + horizontal.position(value) * (area.right - area.left);
  const y = (value: number) => area.bottom - vertical.position(value) * (area.bottom - area.top);
  const at = (px: number, py: number) => `${px.toFixed(1)},${py.toFixed(1)}`;

  const drawn = plot.series.map((series, i) => {
    const colour = `c${i % colours.length}`;
    const dash = i < colours.length ? '' : ' stroke-dasharray="6 4"';
    const line = series.points.map((p) => at(x(p.x), y(p.y))).join(' ');
    const dots = series.points.map(
      (p) => `<circle class="${colour}" cx="${x(p.x).toFixed(1)}" cy="${y(p.y).toFixed(1)}" r="2.5"/>`,
    );
    return `${band(series.points, colour, (p, value) => at(x(p.x), y(value)))}<polyline class="${colour} line"${dash} points="${line}"/>${dots.join('')}`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${size.height}" width="${size.width}" height="${size.height}" role="img" aria-label="${escaped(plot.title)}">
<style>${style}</style>
<rect class="page" width="${size.width}" height="${size.height}"/>
<text class="title" x="${area.left}" y="26">${escaped(plot.title)}</text>
${verticalMarks(vertical, y)}
${horizontalMarks(horizontal, x)}
<text x="${(area.left + area.right) / 2}" y="404" text-anchor="middle">${escaped(plot.x.label)}</text>
<text transform="translate(20 ${(area.top + area.bottom) / 2}) rotate(-90)" text-anchor="middle">${escaped(plot.y.label)}</text>
${drawn.join('\n')}
${legend(plot, (value) => vertical.position(value))}
</svg>
`;
}

function band(
  points: readonly PlotPoint[],
  colour: string,
  at: (point: PlotPoint, value: number) => string,
): string {
  const inside = points.filter((p) => p.low !== undefined && p.high !== undefined);
  if (inside.length < 2) return '';
  const edge = [...inside.map((p) => at(p, p.high!)), ...inside.toReversed().map((p) => at(p, p.low!))];
  return `<polygon class="${colour} band" points="${edge.join(' ')}"/>`;
}

function verticalMarks({ ticks }: Axis, y: (value: number) => number): string {
  return ticks
    .map((tick) => {
      const py = y(tick).toFixed(1);
      return `<line class="grid" x1="${area.left}" x2="${area.right}" y1="${py}" y2="${py}"/><text x="${area.left - 8}" y="${(y(tick) + 4).toFixed(1)}" text-anchor="end">${rounded(tick)}</text>`;
    })
    .join('\n');
}

function horizontalMarks({ ticks }: Axis, x: (value: number) => number): string {
  const marks = ticks.map((tick) => {
    const px = x(tick).toFixed(1);
    return `<line class="axis" x1="${px}" x2="${px}" y1="${area.bottom}" y2="${area.bottom + 5}"/><text x="${px}" y="${area.bottom + 20}" text-anchor="middle">${rounded(tick)}</text>`;
  });
  return [
    `<line class="axis" x1="${area.left}" x2="${area.right}" y1="${area.bottom}" y2="${area.bottom}"/>`,
    ...marks,
  ].join('\n');
}

function legend({ series }: Plot, heightOf: (value: number) => number): string {
  const order = series
    .map(({ name, points }, i) => ({ name, i, height: heightOf(points.at(-1)?.y ?? 0) }))
    .sort((a, b) => b.height - a.height || a.i - b.i);
  return order
    .map(({ name, i }, row) => {
      const py = area.top + 8 + row * 20;
      const dash = i < colours.length ? '' : ' stroke-dasharray="6 4"';
      return `<line class="c${i % colours.length} line"${dash} x1="${area.right + 16}" x2="${area.right + 40}" y1="${py}" y2="${py}"/><text x="${area.right + 48}" y="${py + 4}">${escaped(name)}</text>`;
    })
    .join('\n');
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
