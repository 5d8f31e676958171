import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { countPlaywright, countVitest, judge } from './reports.mjs';

const dir = mkdtempSync(path.join(os.tmpdir(), 'tangent-reports-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const write = (report) => {
  const file = path.join(dir, 'report.json');
  writeFileSync(file, JSON.stringify(report));
  return file;
};

describe('counting tests', () => {
  it('adds files that could not be loaded to the failed tests of Vitest', () => {
    const file = write({
      numPassedTests: 5,
      numFailedTests: 1,
      numPendingTests: 0,
      numTodoTests: 0,
      testResults: [
        { status: 'passed', assertionResults: [{ status: 'passed' }] },
        { status: 'failed', assertionResults: [{ status: 'failed' }] },
        { status: 'failed', assertionResults: [] },
      ],
    });
    expect(countVitest(file)).toEqual({ passed: 5, failed: 2, skipped: 0 });
  });

  it('counts a browser test that passed only when repeated as failed', () => {
    const file = write({ stats: { expected: 4, unexpected: 1, flaky: 2, skipped: 0 }, errors: [] });
    expect(countPlaywright(file)).toEqual({ passed: 4, failed: 3, skipped: 0 });
  });

  it('counts nothing where a runner wrote no report', () => {
    expect(countVitest(path.join(dir, 'missing.json'))).toEqual({ passed: 0, failed: 0, skipped: 0 });
  });
});

describe('the verdict on a stage', () => {
  const counts = { passed: 3, failed: 0, skipped: 0 };

  it('is good when the runner ended well and nothing failed', () => {
    expect(judge({ code: 0, counts })).toEqual({ passed: 3, failed: 0, skipped: 0, isGood: true });
  });

  it('counts a runner that ended badly without a failed test as one failure', () => {
    expect(judge({ code: 1, counts })).toMatchObject({ failed: 1, isGood: false });
    expect(judge({ code: 1 })).toMatchObject({ passed: 0, failed: 1, isGood: false });
  });

  it('does not let skipped tests pass', () => {
    expect(judge({ code: 0, counts: { passed: 3, failed: 0, skipped: 2 } })).toMatchObject({
      failed: 2,
      isGood: false,
    });
  });

  it('believes the exit code of a stage that is one check', () => {
    expect(judge({ code: 0 })).toMatchObject({ passed: 0, failed: 0, isGood: true });
  });
});
