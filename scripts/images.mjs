// npm run images: docker/Dockerfile followed without Docker, in empty folders, as far as that goes; and what comes of it
// started, each program in the folder of its image.
import { hasRightNode } from './lib/node-version.mjs';

if (hasRightNode()) await import('./images/main.mjs');
else process.exitCode = 1;
