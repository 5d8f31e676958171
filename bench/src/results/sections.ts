/** Title and introduction of each benchmark in docs/results.md, in the order of the page. */
export const sections: Readonly<Record<string, { readonly title: string; readonly intro: string }>> = {
  curves: {
    title: 'Learning curves',
    intro:
      'Active learning with an oracle: a network is trained from scratch on the labels so far, its test accuracy measured, a batch chosen, again. “Over random” is the mean accuracy after the start, in points of percent above random choice of the same seeds, with Student’s 95% interval over the pairs.',
  },
  ablations: {
    title: 'What each part of the recipe is worth',
    intro:
      'The default `lookahead` with one thing changed, in points over random of the same seeds; and pools that something spoils.',
  },
  'live-mode': {
    title: 'Live mode: a label at a time, without retraining',
    intro:
      'The kernel model takes every label by an exact rank-one update; its test accuracy stands beside that of a network that is trained again on the same labels.',
  },
  'lookahead-vs-retraining': {
    title: 'Look-ahead against real retraining',
    intro:
      'For sampled candidates: how far the outputs over the evaluation set move by closed form, against training the network again with the candidate, less a control training without it.',
  },
  'pntk-vs-entk': {
    title: 'The pseudo-NTK and its sketches against the empirical NTK',
    intro: 'Errors over width, over training, and over the dimension of the sketch.',
  },
  'cifar10-regression': {
    title: 'Kernel regression on all of CIFAR-10',
    intro: 'All 50,000 training images through sketched gradient features, on this machine.',
  },
  scale: { title: 'Scale', intro: 'Large pools.' },
  live: { title: 'Live updates at scale', intro: 'One label, and every score of the pool anew.' },
  suspects: {
    title: 'Labels that are probably wrong',
    intro: 'Learning paths against the labels of a real crowd.',
  },
  'first-line': {
    title: 'The whole service',
    intro: 'What people and programs meet: answers, leases, recovery, installation.',
  },
  api: {
    title: 'Many annotators at once',
    intro:
      'Simulated people against the HTTP API while rounds run: they lease, think, answer, skip, undo, give back, walk away and lose answers. Afterwards what each knows to have done is compared with the database.',
  },
  screens: {
    title: 'The screens',
    intro:
      'In Chromium against the whole service: how soon the next item is there after a key, how large the page is, and how many actions lead to a first label and to a running round.',
  },
  workers: {
    title: 'Several workers',
    intro: 'The same round of a large pool by one worker process and by three.',
  },
  faults: {
    title: 'When things break',
    intro:
      'Workers, the API, Postgres and Redis killed, frozen or emptied at chosen moments of a round or while people annotate; what is left is compared with an undisturbed run of the same seed, bit for bit.',
  },
  import: {
    title: 'Imports and exports',
    intro: 'Rows in and out again through the HTTP API, with the processes’ memory.',
  },
  engine: {
    title: 'The tensor engine',
    intro: 'Beside PyTorch on the same machine, in turns in the same run.',
  },
  linalg: { title: 'Linear algebra', intro: 'Factorisations and solves in float64, beside LAPACK.' },
};
