import type { ErrorCode } from '@tangent/contracts';
import { describe, expect, it } from 'vitest';
import { ApiError, retryAfterMs, UnreachableError } from './api-error.js';
import { defaultRetryPolicy, delayBefore, mayRepeat, pause } from './retry.js';

const refusal = (code: ErrorCode, status: number, afterMs?: number) =>
  new ApiError({ type: '', title: '', status, code, detail: 'refused' }, afterMs);

describe('retry', () => {
  it('repeats what the server did not do, and not what it refused for good', () => {
    expect(mayRepeat('POST', refusal('database-unavailable', 503))).toBe(true);
    expect(mayRepeat('POST', refusal('too-many-requests', 429))).toBe(true);
    expect(mayRepeat('POST', refusal('idempotency-key-in-use', 409))).toBe(true);
    expect(mayRepeat('POST', refusal('unknown-class', 422))).toBe(false);
    expect(mayRepeat('GET', refusal('no-live-model', 503))).toBe(false);
    expect(mayRepeat('GET', refusal('takes-too-long', 503))).toBe(false);
    expect(mayRepeat('GET', refusal('internal', 500))).toBe(false);
  });

  it('repeats a PATCH only when the server said that it did nothing', () => {
    expect(mayRepeat('PATCH', new UnreachableError('cut'))).toBe(false);
    expect(mayRepeat('PATCH', refusal('database-unavailable', 503))).toBe(true);
    expect(mayRepeat('DELETE', new UnreachableError('cut'))).toBe(true);
  });

  it('takes a proxy’s error page for an outage, a stranger’s 404 page for a mistake', () => {
    expect(mayRepeat('GET', new UnreachableError('page', { status: 502 }))).toBe(true);
    expect(mayRepeat('GET', new UnreachableError('page', { status: 404 }))).toBe(false);
  });

  it('doubles the wait, jitters it downwards to half, and gives up at the limit', () => {
    const cut = new UnreachableError('cut');
    expect(delayBefore(0, cut, defaultRetryPolicy, () => 1)).toBe(200);
    expect(delayBefore(0, cut, defaultRetryPolicy, () => 0)).toBe(100);
    expect(delayBefore(3, cut, defaultRetryPolicy, () => 1)).toBe(1600);
    expect(delayBefore(4, cut, defaultRetryPolicy, () => 1)).toBeUndefined();
  });

  it('waits as long as Retry-After asks, unless that is beyond the longest wait', () => {
    expect(delayBefore(0, refusal('too-many-requests', 429, 3000), defaultRetryPolicy, () => 1)).toBe(3000);
    expect(
      delayBefore(0, refusal('too-many-requests', 429, 60_000), defaultRetryPolicy, () => 1),
    ).toBeUndefined();
  });

  it('reads Retry-After in seconds and as a date', () => {
    const nowMs = Date.parse('2026-01-31T12:00:00Z');
    expect(retryAfterMs('7', nowMs)).toBe(7000);
    expect(retryAfterMs('Sat, 31 Jan 2026 12:00:05 GMT', nowMs)).toBe(5000);
    expect(retryAfterMs('soon', nowMs)).toBeUndefined();
    expect(retryAfterMs(null, nowMs)).toBeUndefined();
  });

  it('stops waiting when the signal is aborted', async () => {
    const controller = new AbortController();
    const waiting = pause(60_000, controller.signal);
    controller.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
  });
});
