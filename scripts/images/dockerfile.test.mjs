import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../lib/paths.mjs';
import { environmentOf, stagesOf } from './dockerfile.mjs';

describe('a Dockerfile', () => {
  it('is read stage by stage, each on the one that it names', () => {
    const stages = stagesOf(readFileSync(path.join(root, 'docker/Dockerfile'), 'utf8'));
    const basesOf = (name) => (stages.has(name) ? [name, ...basesOf(stages.get(name).base)] : []);
    expect(basesOf('migrate')).toEqual(['migrate', 'build']);
    expect(basesOf('worker')).toEqual(['worker', 'runtime']);
    const words = stages.get('build').instructions.map(({ word }) => word);
    expect(new Set(words)).toEqual(new Set(['WORKDIR', 'ENV', 'COPY', 'RUN']));
  });

  it('may go on over lines, and hold comments', () => {
    const stages = stagesOf('# first\nFROM a:1 AS x\nENV A=1 \\\n  B=b=c\n\nFROM x AS y\nRUN true');
    expect([...stages.keys()]).toEqual(['x', 'y']);
    expect(environmentOf(stages.get('x').instructions[0].rest)).toEqual({ A: '1', B: 'b=c' });
  });

  it('is refused where it says what nobody here knows', () => {
    expect(() => stagesOf('FROM a:1 AS x\nADD b c')).toThrow('ADD b c');
    expect(() => stagesOf('FROM a:1')).toThrow('a stage without a name');
  });
});
