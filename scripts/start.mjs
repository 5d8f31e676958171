// npm start: from a bare clone to a running Tangent, and back to silence on Ctrl-C. Plain Node without dependencies,
// for it installs them. docs/runbook.md lists the environment variables.
import { hasRightNode } from './lib/node-version.mjs';

if (hasRightNode()) await import('./house/main.mjs');
else process.exitCode = 1;
