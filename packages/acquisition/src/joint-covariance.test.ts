import { cholesky, choleskySolve, createRandom, matmul64 } from '@tangent/compute';
import { expectClose } from '@tangent/compute/testing';
import type { Posterior } from '@tangent/ntk';
import { expect, test } from 'vitest';
import { jointCovariance, numOutputsOf } from './joint-covariance.js';
import { pool } from './testing/pools.js';

const tight = { rtol: 1e-8, atol: 1e-10 };

test('of a scalar kernel it is the covariance that the posterior keeps, one number a pair', () => {
  const { posterior, positions, view } = pool(3);
  const state = posterior.restrict(positions);
  expect(numOutputsOf(state)).toBe(1);
  const { tracked, evaluation } = jointCovariance(state, 1);
  const n = positions.length;
  expectClose(
    Float64Array.from({ length: n }, (_, t) => tracked[t * n + t]!),
    state.variance,
    tight,
  );
  // c = K − K_L (K_LL + λI)⁻¹ K_L by the textbook.
  const L = [0, 1, 2, 3];
  const kLL = Float64Array.from(view.gram.block(L, L)).map((v, at) => v + (at % 5 === 0 ? state.ridge : 0));
  const covariance = (rows: Int32Array, columns: Int32Array) => {
    const solved = choleskySolve(
      cholesky(kLL, 4),
      Float64Array.from(view.gram.block(L, columns)),
      columns.length,
    );
    const shape = { m: rows.length, k: 4, n: columns.length };
    const explained = matmul64(Float64Array.from(view.gram.block(rows, L)), solved, shape);
    return Float64Array.from(view.gram.block(rows, columns)).map((v, at) => v - explained[at]!);
  };
  expectClose(tracked, covariance(positions, positions), tight);
  expectClose(evaluation, covariance(positions, posterior.evaluation), tight);
});

/** What a posterior with k×k blocks says of labels: Δm = c(·, t)(c(t, t) + λI)⁻¹ r, from all of c over T and E. */
function blockPosterior(numTracked: number, numE: number, k: number, ridge: number) {
  const random = createRandom(4);
  const [n, rank] = [(numTracked + numE) * k, 9];
  const root = Float64Array.from({ length: n * rank }, () => random.normal());
  const c = matmul64(root, root, { m: n, k: rank, n, transposeB: true });
  const change = (t: number, residual: Float64Array, from: number, count: number) => {
    const block = Float64Array.from(
      { length: k * k },
      (_, at) => c[(t * k + Math.floor(at / k)) * n + t * k + (at % k)]! + (at % (k + 1) === 0 ? ridge : 0),
    );
    const weights = choleskySolve(cholesky(block, k), residual, 1);
    return Float64Array.from({ length: count * k }, (_, row) =>
      weights.reduce((sum, w, j) => sum + w * c[(from * k + row) * n + t * k + j]!, 0),
    );
  };
  const posterior = {
    numTracked,
    numClasses: k,
    ridge,
    evaluation: Int32Array.from({ length: numE }, (_, e) => numTracked + e),
    lookAt: (t: number) => ({
      trackedChange: (residual: Float64Array) => change(t, residual, 0, numTracked),
      evaluationChange: (residual: Float64Array) => change(t, residual, numTracked, numE),
    }),
  };
  return { posterior: posterior as unknown as Posterior, c, n };
}

test('of an eNTK it is the covariance with all its k×k blocks', () => {
  const [numTracked, numE, k] = [4, 3, 3];
  const { posterior, c, n } = blockPosterior(numTracked, numE, k, 0.3);
  expect(numOutputsOf(posterior)).toBe(k);
  const { tracked, evaluation } = jointCovariance(posterior, k);
  const rows = Array.from({ length: numTracked * k }, (_, row) => row);
  expectClose(tracked, Float64Array.from(rows.flatMap((row) => [...c.slice(row * n, row * n + 12)])), tight);
  expectClose(
    evaluation,
    Float64Array.from(rows.flatMap((row) => [...c.slice(row * n + 12, (row + 1) * n)])),
    tight,
  );
});
