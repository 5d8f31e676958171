// What people see: numbered steps with their seconds, and signs of life while a long one runs.
import { lastLines } from './process.mjs';

const isTerminal = process.stdout.isTTY === true && !process.env.CI;
const hasColour = isTerminal && !process.env.NO_COLOR;
const paint = (code) => (text) => (hasColour ? `\x1b[${code}m${text}\x1b[0m` : text);
export const bold = paint(1);
export const faint = paint(2);
export const red = paint(31);
export const green = paint(32);
export const yellow = paint(33);

const everyMs = isTerminal ? 200 : 10_000;

// When the terminal is gone, writing fails; the log files remain and stopping in order matters more.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

/** @param {string} text */
export function say(text = '') {
  clearLine();
  process.stdout.write(`${text}\n`);
}

/** @param {string} text */
export function warn(text) {
  say(yellow(text));
}

function clearLine() {
  if (isTerminal) process.stdout.write('\r\x1b[2K');
}

/**
 * Counts steps: `step('packages', async (progress) => …)` prints one line when it is done, with its seconds, and on
 * the way the latest thing that `progress(text)` was told. What the function returns as `note` stands in the line.
 *
 * @param {number} numSteps
 */
export function stepper(numSteps) {
  let number = 0;
  return async function step(name, work) {
    number += 1;
    const label = `[${number}/${numSteps}] ${name}`;
    const startedAt = Date.now();
    const seconds = () => ((Date.now() - startedAt) / 1_000).toFixed(1);
    let latest = '';
    const progress = (text) => {
      if (text.trim()) latest = text.trim();
    };
    const timer = setInterval(() => {
      const line = `${label} … ${seconds()} s  ${faint(latest.slice(0, 70))}`;
      if (isTerminal) process.stdout.write(`\r\x1b[2K${line}`);
      else say(line);
    }, everyMs);
    timer.unref();
    try {
      const result = await work(progress);
      say(`${green('✓')} ${label}  ${faint(`${result?.note ? `${result.note}, ` : ''}${seconds()} s`)}`);
      return result;
    } catch (error) {
      say(`${red('✗')} ${label}  ${seconds()} s`);
      throw error;
    } finally {
      clearInterval(timer);
    }
  };
}

/** A table with aligned columns. */
export function table(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => String(row[column]).length)));
  const line = (row) =>
    row
      .map((cell, column) => String(cell).padEnd(widths[column]))
      .join('  ')
      .trimEnd();
  return rows.map(line).join('\n');
}

/** An error as people should see it: a Failure is a message, anything else is a fault of ours and shows its stack. */
export function describe(error) {
  return error?.name === 'Failure' ? error.message : lastLines(String(error?.stack ?? error), 40);
}
