import { login } from '@tangent/client';
import { loadDigits } from './digits.js';
import { withEveryClass, zipDigits } from './digits-zip.js';

// Makes the demo project: 2,000 digits, 20 of them labeled, and 500 more held out. Does nothing when it is there.

const name = 'Digits';
const [numPool, numLabeled, numHeldOut, seed] = [2000, 20, 500, 1];

const need = (variable: string) => {
  const value = process.env[variable];
  if (!value)
    throw new Error(
      `${variable} is not set: the address of the API is in TANGENT_API_URL, the login in TANGENT_EMAIL and TANGENT_PASSWORD`,
    );
  return value;
};
const { client } = await login(
  { baseUrl: need('TANGENT_API_URL') },
  need('TANGENT_EMAIL'),
  need('TANGENT_PASSWORD'),
);

for await (const project of client.each('listProjects', {})) {
  if (project.name !== name) continue;
  console.log(`the project “${name}” is there already: /projects/${project.id}/annotate`);
  process.exit(0);
}

console.log(`drawing ${numPool + numHeldOut} of MNIST’s digits`);
const digits = await loadDigits(seed);
const { chosen, rest } = withEveryClass(digits.slice(0, numPool), numLabeled);
const { zip } = await zipDigits({
  labeled: chosen,
  unlabeled: rest,
  heldOut: digits.slice(numPool, numPool + numHeldOut),
});

const project = await client.createProject({
  body: {
    name,
    type: 'image',
    classes: Array.from({ length: 10 }, (_, digit) => ({
      key: String(digit),
      name: String(digit),
      hotkey: String(digit),
    })),
    settings: {
      strategy: 'lookahead',
      batchSize: 20,
      trigger: { everyLabels: 10 },
      controlArm: 0.2,
      instructions: 'Which digit is it? Press its key. Press S to skip what nobody could read.',
    },
  },
});
console.log(`importing ${numPool + numHeldOut} images`);
const started = await client.uploadImport({
  params: { projectId: project.id },
  file: zip,
  fileName: 'digits.zip',
});
let told = 0;
const report = setInterval(async () => {
  const { counts } = await client.getOperation({ params: { operationId: started.id } });
  if (counts.read > told) console.log(`imported ${counts.read} of ${numPool + numHeldOut}`);
  told = counts.read;
}, 1000);
const operation = await client.waitForOperation(started.id);
clearInterval(report);
if (operation.status !== 'done' || operation.counts.failed > 0)
  throw new Error(`the import went wrong: ${JSON.stringify(operation.errors.slice(0, 3))}`);
console.log(
  `“${name}”: ${operation.counts.created} digits at /projects/${project.id}/annotate; the first round runs`,
);
