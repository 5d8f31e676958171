import { availableParallelism } from 'node:os';
import {
  cholesky,
  choleskyResidual,
  choleskyUpdateInPlace,
  createRandom,
  GramAccumulator,
  matmul64,
  solveLower,
} from '@tangent/compute';
import { findTorch, runTorch } from './engine/torch-peer.js';
import { median, runBenchmark, timeRepeated } from './harness.js';

// Float64 linear algebra beside LAPACK (OpenBLAS, called by PyTorch) on the same machine in the same run, in turns.

const threads = availableParallelism();
const turns = 3;
const n = 4_000;
const numRhs = 2_000;

await runBenchmark('linalg', async (b) => {
  const torch = findTorch();
  if (torch.kind === 'missing') b.progress(`no PyTorch, so no peer: ${torch.why}`);
  b.detail('peer', torch);

  const random = createRandom('linalg');
  const g = Float64Array.from({ length: n * 64 }, () => random.uniform() - 0.5);
  const a = matmul64(g, g, { m: n, k: 64, n, transposeB: true });
  for (let i = 0; i < n; i++) a[i * n + i]! += 1;

  const compare = async (options: {
    readonly claim: string;
    readonly ours: () => void;
    readonly job: string | null;
    readonly atMost: number | null;
    readonly flops: number;
  }): Promise<void> => {
    const { claim, ours, job, atMost, flops } = options;
    const [mine, theirs]: [number[], number[]] = [[], []];
    for (let turn = 0; turn < turns; turn++) {
      mine.push(...(await timeRepeated(ours, { warmup: 1, runs: 4 })).runsMs);
      if (torch.kind === 'there' && job) theirs.push(...runTorch(torch, job, { threads, runs: 4 }));
    }
    const ms = median(mine);
    b.row({ claim, measured: ms, unit: 'ms', goal: null });
    b.row({ claim: '… rate', measured: flops / ms / 1e6, unit: 'GFLOPS', goal: null });
    if (theirs.length > 0) {
      b.row({ claim: '… LAPACK', measured: median(theirs), unit: 'ms', goal: null });
      b.row({
        claim: '… time beside LAPACK',
        measured: ms / median(theirs),
        unit: '×',
        goal: atMost === null ? null : { atMost },
      });
    }
    b.detail(claim, { mine, theirs });
  };

  const c = cholesky(a, n);
  await compare({
    claim: `Cholesky float64, N = ${n}`,
    ours: () => cholesky(a, n),
    job: 'cholesky',
    atMost: 1.5,
    flops: n ** 3 / 3,
  });
  b.row({ claim: '… residual', measured: choleskyResidual(a, c), unit: '', goal: { atMost: 1e-13 } });
  const rhs = Float64Array.from({ length: n * numRhs }, () => random.uniform());
  await compare({
    claim: `triangular solve, N = ${n}, ${numRhs} right-hand sides`,
    ours: () => solveLower(c, rhs, numRhs),
    job: 'solve',
    atMost: null,
    flops: n * n * numRhs,
  });
  const x = Float64Array.from({ length: n }, () => random.normal());
  await compare({
    claim: `rank-one update of the factor, N = ${n}`,
    ours: () => choleskyUpdateInPlace(c, x),
    job: null,
    atMost: null,
    flops: 2 * n * n,
  });
  const [d, examples] = [2_048, 4_096];
  const features = Float32Array.from({ length: d * examples }, () => random.normal());
  await compare({
    claim: `XᵀX of ${examples} examples, d = ${d}`,
    ours: () => new GramAccumulator(d).add(features),
    job: null,
    atMost: null,
    flops: 2 * examples * d * d,
  });
});
