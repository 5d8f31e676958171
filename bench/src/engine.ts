import { availableParallelism } from 'node:os';
import { chooseEngine } from '@tangent/compute';
import '@tangent/tfjs-onnxruntime/gradients';
import { gramFlops, timeGram, timeSketch } from './engine/kernels.js';
import { cnn, mlp, type Network, resnet18 } from './engine/networks.js';
import { sgemmPeak } from './engine/peak.js';
import { checkResnet } from './engine/resnet-check.js';
import { measureSerialisation } from './engine/serialisation.js';
import { measureSpecSuite } from './engine/spec-suite.js';
import { measureStall } from './engine/stall.js';
import { findTorch, runTorch } from './engine/torch-peer.js';
import { timeForward, timeTraining } from './engine/training.js';
import { median, runBenchmark } from './harness.js';

// What the tensor engine does, beside PyTorch on the same machine in the same run. Ours and the peer's take turns, three
// times, so that a neighbour who comes and goes meets both.

const turns = 3;
const threads = availableParallelism();

await runBenchmark('engine', async (b) => {
  await chooseEngine({ engine: 'tfjs-onnxruntime', log: (line) => b.progress(line) });
  const torch = findTorch();
  if (torch.kind === 'missing') b.progress(`no PyTorch, so no peer: ${torch.why}`);
  b.detail('peer', torch);

  measureSpecSuite(b);
  measureSerialisation(b);
  await measureStall(b);
  await checkResnet(b);

  const peak = sgemmPeak(torch, threads);
  b.row({ claim: 'sgemm, 2048×2048: the limit of this machine', measured: peak, unit: 'GFLOPS', goal: null });

  /** Medians of ours and of PyTorch's job, taken in turns; a row each, and one for their ratio. */
  const compare = (options: {
    readonly claim: string;
    readonly ours: () => number[];
    readonly job: string;
    readonly optimiser?: string;
    readonly runs: number;
    readonly atLeast: number | null;
    readonly flops: number;
    readonly shareAtLeast?: number;
  }): void => {
    const { claim, ours, job, optimiser, runs, atLeast, flops } = options;
    const [mine, theirs]: [number[], number[]] = [[], []];
    for (let turn = 0; turn < turns; turn++) {
      mine.push(...ours());
      if (torch.kind === 'there')
        theirs.push(...runTorch(torch, job, { threads, runs, ...(optimiser ? { optimiser } : {}) }));
    }
    const ms = median(mine);
    b.row({ claim: `${claim}: time`, measured: ms, unit: 'ms', goal: null });
    if (theirs.length > 0) {
      b.row({ claim: '… PyTorch', measured: median(theirs), unit: 'ms', goal: null });
      b.row({
        claim: '… speed beside PyTorch',
        measured: median(theirs) / ms,
        unit: '×',
        goal: atLeast === null ? null : { atLeast },
      });
    }
    b.row({
      claim: '… share of the machine’s limit',
      measured: flops / ms / 1e6 / peak,
      unit: 'share',
      goal: options.shareAtLeast === undefined ? null : { atLeast: options.shareAtLeast },
    });
    b.detail(claim, { mine, theirs });
  };

  const training = (
    name: string,
    build: () => Network,
    options: { job: string; batch: number; optimiser: 'adam' | 'sgd'; runs: number; atLeast: number | null },
  ) => {
    const probe = build();
    compare({
      claim: `${name}, ${options.optimiser}, batch ${options.batch}, one training step`,
      ours: () => timeTraining(build, options),
      // A backward pass costs twice a forward pass.
      flops: 3 * probe.flops * options.batch,
      ...options,
    });
  };
  training('MLP 784-512-10', mlp, { job: 'mlp', batch: 100, optimiser: 'adam', runs: 300, atLeast: 1 });
  training('MLP 784-512-10', mlp, { job: 'mlp', batch: 100, optimiser: 'sgd', runs: 300, atLeast: 1.1 });
  training('CNN 32-64-128', cnn, { job: 'cnn', batch: 100, optimiser: 'adam', runs: 40, atLeast: 0.8 });

  const n = 4_000;
  compare({
    claim: `structured pNTK Gram, MLP, N = ${n}`,
    ours: () => timeGram(n, 5),
    job: 'gram',
    runs: 5,
    atLeast: 1.3,
    flops: gramFlops(n),
    shareAtLeast: 0.6,
  });
  compare({
    claim: 'CNN Kronecker sketch, rank 32, batch 200',
    ours: () => timeSketch(10).runsMs,
    job: 'sketch',
    runs: 10,
    atLeast: 1,
    // Forward and backward pass, and the projections of both convolutions.
    flops: 200 * (3 * cnn().flops + 2 * 784 * 32 * (25 + 32 + 32) + 2 * 196 * 32 * (800 + 64 + 32)),
  });
  training('ResNet-18, 32×32', () => resnet18(), {
    job: 'resnet18',
    batch: 32,
    optimiser: 'adam',
    runs: 4,
    atLeast: null,
  });
  compare({
    claim: 'ResNet-18, 32×32, batch 32, forward pass',
    ours: () => timeForward(() => resnet18(), 32, 4),
    job: 'resnet18-forward',
    runs: 4,
    atLeast: null,
    flops: resnet18().flops * 32,
  });
});
