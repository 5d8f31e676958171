import { loadDigits } from './digits.js';
import { createDigitsProject, importDigits } from './digits-project.js';
import { withEveryClass, zipDigits } from './digits-zip.js';
import { loginFromEnvironment } from './environment.js';

// Makes the demo project: 2,000 digits, 20 of them labeled, and 500 more held out. Does nothing when it is there; goes
// on where an earlier run was cut off.

const name = 'Digits';
const [numPool, numLabeled, numHeldOut, seed] = [2000, 20, 500, 1];
const numAll = numPool + numHeldOut;

const { client } = await loginFromEnvironment();
const existing = await findDemo();
if (existing && existing.counts.items >= numAll) {
  console.log(`project ${existing.id} is there already: /projects/${existing.id}/annotate`);
} else {
  console.log(`drawing ${numAll} of MNIST’s digits`);
  const digits = await loadDigits(seed);
  const { chosen, rest } = withEveryClass(digits.slice(0, numPool), numLabeled);
  const heldOut = digits.slice(numPool, numAll);
  const { zip } = await zipDigits({ labeled: chosen, unlabeled: rest, heldOut });

  const projectId =
    existing?.id ??
    (await createDigitsProject(client, name, {
      strategy: 'lookahead',
      batchSize: 20,
      trigger: { everyLabels: 10 },
      controlArm: 0.2,
      overlap: 1,
      instructions: 'Which digit is it? Press its key. Press S to skip what nobody could read.',
    }));
  let told = -1;
  await importDigits(client, projectId, zip, (numRead) => {
    if (numRead !== told) console.log(`imported ${numRead} of ${numAll} digits`);
    told = numRead;
  });
  console.log(`project ${projectId} with ${numAll} digits: /projects/${projectId}/annotate`);
}

async function findDemo() {
  for await (const project of client.each('listProjects', {}))
    if (project.name === name && project.type === 'image')
      return client.getProject({ params: { projectId: project.id } });
  return undefined;
}
