// Who may import whom: the table of ARCHITECTURE.md, as data. check-boundaries.mjs enforces it.

const own = (...names) => names.map((name) => `@tangent/${name}`);

/** Our own packages that each one may import. A folder without a line here fails the check. */
export const mayImport = {
  'packages/contracts': [],
  'packages/client': own('contracts'),
  'packages/tfjs-onnxruntime': [],
  'packages/compute': own('tfjs-onnxruntime'),
  'packages/networks': own('compute'),
  'packages/ntk': own('compute', 'networks'),
  'packages/models': own('compute', 'networks'),
  'packages/acquisition': own('ntk', 'compute'),
  'packages/labeling': own('contracts'),
  'packages/database': own('contracts', 'labeling', 'tracing'),
  'packages/queue': own('contracts', 'tracing'),
  'packages/storage': [],
  'packages/tracing': [],
  'packages/webhooks': own('contracts'),
  'packages/importing': own('contracts', 'compute', 'networks'),
  'apps/api': own(
    'contracts',
    'labeling',
    'database',
    'queue',
    'storage',
    'importing',
    'networks',
    'webhooks',
    'tracing',
  ),
  'apps/worker': own(
    'contracts',
    'compute',
    'networks',
    'ntk',
    'models',
    'acquisition',
    'labeling',
    'database',
    'queue',
    'storage',
    'importing',
    'webhooks',
    'tracing',
  ),
  'apps/web': own('contracts', 'client'),
};

/** Packages from npm that only some folders may import, with the reason that the message gives. */
export const reserved = [
  {
    packages: [/^@prisma\//, /^prisma(\/|$)/],
    onlyIn: ['packages/database'],
    because: 'packages/database is the only door to Postgres',
  },
  {
    packages: [/^pg(\/|$)/],
    onlyIn: ['packages/database', 'packages/queue'],
    because: 'packages/database is the only door to Postgres (the queue has a backend there)',
  },
  {
    packages: [/^bullmq(\/|$)/, /^ioredis(\/|$)/],
    onlyIn: ['packages/queue'],
    because: 'packages/queue is the only door to the queue',
  },
  {
    packages: [/^@tensorflow\//],
    onlyIn: [
      'packages/tfjs-onnxruntime',
      'packages/compute',
      'packages/networks',
      'packages/ntk',
      'packages/models',
    ],
    because: 'tensors stay behind the engine seam',
  },
  {
    packages: [/^onnxruntime-/],
    onlyIn: ['packages/tfjs-onnxruntime'],
    because: 'packages/tfjs-onnxruntime is the only door to ONNX Runtime',
  },
  {
    packages: [/^@aws-sdk\//, /^@smithy\//],
    onlyIn: ['packages/storage'],
    because: 'packages/storage is the only door to the bucket',
  },
  {
    packages: [/^@opentelemetry\//],
    onlyIn: ['packages/tracing'],
    because: 'packages/tracing loads OpenTelemetry only where a collector is named',
  },
];
