// What a Dockerfile says, stage by stage. Knows what docker/Dockerfile uses, and refuses the rest.

const known = new Set(['WORKDIR', 'ENV', 'COPY', 'RUN', 'CMD', 'USER', 'VOLUME', 'EXPOSE']);

/**
 * @typedef {{ word: string, rest: string }} Instruction
 * @typedef {{ name: string, base: string, instructions: Instruction[] }} Stage
 */

/**
 * @param {string} text
 * @returns {Map<string, Stage>} by name, in order
 */
export function stagesOf(text) {
  const stages = new Map();
  let stage;
  const lines = text.replaceAll('\\\n', ' ').split('\n');
  for (const line of lines
    .map((each) => each.trim())
    .filter((each) => each !== '' && !each.startsWith('#'))) {
    const [, word, rest] = /^([A-Z]+)\s+(.*)$/.exec(line) ?? [];
    if (word === 'FROM') {
      const [, base, name] = /^(\S+) AS (\S+)$/.exec(rest) ?? [];
      if (!name) throw new Error(`a stage without a name: ${line}`);
      stage = { name, base, instructions: [] };
      stages.set(name, stage);
    } else if (known.has(word)) stage.instructions.push({ word, rest });
    else throw new Error(`docker/Dockerfile says “${line}”, which npm run images does not know`);
  }
  return stages;
}

/** `KEY=value KEY=value` as an object. */
export const environmentOf = (rest) =>
  Object.fromEntries(
    rest.split(/\s+/).map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
  );
