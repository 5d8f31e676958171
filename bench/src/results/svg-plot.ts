import type { LinePlot, Plot, PlotPoint } from '../harness-report.js';
import { drawEstimates } from './estimates-plot.js';
import { rounded } from './numbers.js';
import { colours, escaped, svgPage, svgText } from './svg-page.js';
import { type Axis, linearAxis, logAxis } from './ticks.js';

const area = { left: 72, right: 580, top: 48, bottom: 360 };

export function drawPlot(plot: Plot): string {
  return plot.kind === 'estimates' ? drawEstimates(plot) : drawLines(plot);
}

/**
 * A diagram of lines with bands for their intervals. The legend stands in the order of the lines' right ends. Throws
 * RangeError for points that are no numbers.
 */
function drawLines(plot: LinePlot): string {
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
  return svgPage({ title: plot.title, titleX: area.left, height: 420 }, [
    verticalMarks(vertical, y),
    horizontalMarks(horizontal, x),
    svgText(plot.x.label, { x: (area.left + area.right) / 2, y: 404, anchor: 'middle' }),
    svgText(plot.y.label, {
      transform: `translate(20 ${(area.top + area.bottom) / 2}) rotate(-90)`,
      anchor: 'middle',
    }),
    ...drawn,
    legend(plot, (value) => vertical.position(value)),
  ]);
}

function band(
  points: readonly PlotPoint[],
  colour: string,
  at: (point: PlotPoint, value: number) => string,
): string {
  const inside = points.filter((p) => p.low !== undefined && p.high !== undefined);
  if (points.length === 1)
    return inside
      .map((p) => `<polyline class="${colour} line" points="${at(p, p.low!)} ${at(p, p.high!)}"/>`)
      .join('');
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

function legend({ series }: LinePlot, heightOf: (value: number) => number): string {
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
