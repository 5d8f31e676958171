import { readFileSync } from 'node:fs';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** What a file names that starts programs: a way to do so, or what does it for the file. */
const startsPrograms = /node:child_process|\bstartStack\b|\bstartThrowAway|\/support\/faults\.js/;

/**
 * The order of the files: those that start programs first, else as Vitest would have it.
 *
 * On a fresh clone Vitest knows of no durations, and takes the largest file for the longest. One that starts a whole
 * house lasts a minute or two however short it is; as the last of all it would leave every core but one idle.
 */
export class ProgramsFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLater = new Map(
      sorted.map((file) => [file, !startsPrograms.test(readFileSync(file.moduleId, 'utf8'))]),
    );
    return sorted.sort((a, b) => groupOf(a) - groupOf(b) || Number(isLater.get(a)) - Number(isLater.get(b)));
  }
}

const groupOf = (file: TestSpecification) => file.project.config.sequence.groupOrder;
