import type { EstimatesPlot } from '../harness-report.js';
import { rounded } from './numbers.js';
import { svgPage, svgText } from './svg-page.js';
import { linearAxis } from './ticks.js';

const [right, top, rowHeight] = [730, 48, 22];
/** About as wide as a letter is. */
const letterWidth = 7;

/** Points with their intervals, a row each in the order that is given. Throws RangeError for what is no number. */
export function drawEstimates({ title, label, estimates }: EstimatesPlot): string {
  const axis = linearAxis([
    0,
    ...estimates.flatMap(({ value, plusMinus = 0 }) => [value - plusMinus, value + plusMinus]),
  ]);
  const longest = Math.max(...estimates.map(({ name }) => name.length));
  const area = { left: Math.min(470, 24 + letterWidth * longest), right, top };
  const bottom = area.top + estimates.length * rowHeight;
  const x = (value: number) => (area.left + axis.position(value) * (area.right - area.left)).toFixed(1);
  const marks = axis.ticks.map(
    (tick) =>
      `<line class="grid" x1="${x(tick)}" x2="${x(tick)}" y1="${area.top}" y2="${bottom}"/>${svgText(rounded(tick), { x: x(tick), y: bottom + 20, anchor: 'middle' })}`,
  );
  const rows = estimates.map(({ name, value, plusMinus }, i) => {
    const y = area.top + (i + 0.5) * rowHeight;
    const interval =
      plusMinus === undefined
        ? ''
        : `<line class="c0 line" x1="${x(value - plusMinus)}" x2="${x(value + plusMinus)}" y1="${y}" y2="${y}"/>`;
    return `${svgText(name, { x: area.left - 10, y: y + 4, anchor: 'end' })}${interval}<circle class="c0" cx="${x(value)}" cy="${y}" r="4"/>`;
  });
  return svgPage({ title, titleX: 16, height: bottom + 60 }, [
    ...marks,
    `<line class="axis" x1="${x(0)}" x2="${x(0)}" y1="${area.top}" y2="${bottom}"/>`,
    ...rows,
    svgText(label, { x: (area.left + area.right) / 2, y: bottom + 44, anchor: 'middle' }),
  ]);
}
