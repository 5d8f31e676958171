import { chooseEngine } from '@tangent/compute';

// Before each file of those that share a process: whichever came before it, it computes on the same engine.
await chooseEngine({ engine: process.env.TANGENT_ENGINE });
