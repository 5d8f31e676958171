// Counts tests from what the runners wrote, never from what they printed.
import { existsSync, readFileSync } from 'node:fs';

/**
 * @typedef {{ passed: number, failed: number, skipped: number }} Counts
 */

/** @returns {Counts} from Vitest's JSON report */
export function countVitest(file) {
  const report = readReport(file);
  if (!report) return none();
  // A file that could not even be loaded holds no test that could fail.
  const brokenFiles = report.testResults.filter(
    (result) =>
      result.status === 'failed' && !result.assertionResults.some((test) => test.status === 'failed'),
  );
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + brokenFiles.length,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

/** @returns {Counts} from Playwright's JSON report; a test that passed only when repeated counts as failed */
export function countPlaywright(file) {
  const report = readReport(file);
  if (!report) return none();
  const { expected, unexpected, flaky, skipped } = report.stats;
  return { passed: expected, failed: unexpected + flaky + report.errors.length, skipped };
}

function readReport(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
}

const none = () => ({ passed: 0, failed: 0, skipped: 0 });

/**
 * Turns the outcome of a stage into its verdict. A runner that ends badly without a failed test (a crash, a leaked
 * handle, no test at all) counts as one failure, and so does every skipped test: main skips none.
 *
 * @param {{ code: number | null, counts?: Counts }} outcome counts: absent for stages that are one check
 */
export function judge({ code, counts }) {
  const { passed, failed, skipped } = counts ?? none();
  const counted = failed + skipped;
  const numFailed = counted === 0 && code !== 0 ? 1 : counted;
  return { passed, failed: numFailed, skipped, isGood: numFailed === 0 };
}
