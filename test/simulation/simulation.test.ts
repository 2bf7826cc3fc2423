import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { fixedMinutes, fixedSeeds, hunt } from './mutants/hunt.ts';
import { mutants } from './mutants/mutants.ts';
import { simulate } from './run/simulation.ts';

const main = fileURLToPath(new URL('dist/main.js', import.meta.url));

async function traceOf(seed: number): Promise<readonly string[]> {
  const lines: string[] = [];
  await simulate({ seed, minutes: 5, trace: (line) => lines.push(line) });
  return lines;
}

describe('a simulated cluster', () => {
  test.each(fixedSeeds)('keeps all promises through its faults: seed %i', async (seed) => {
    const { breach } = await simulate({ seed, minutes: fixedMinutes });
    expect(breach, `npm run sim -- --seed ${seed} --minutes ${fixedMinutes}`).toBeUndefined();
  });

  test.each(mutants)('is caught by one of these seeds when it $name', async (mutant) => {
    expect(await hunt(mutant)).toBeDefined();
  });

  test('does the same again from the same seed, to the letter', async () => {
    const trace = await traceOf(3);
    expect(trace.length).toBeGreaterThan(500);
    expect(await traceOf(3)).toEqual(trace);
  });

  test('does the same in another process', async () => {
    const { stdout, status } = spawnSync(
      process.execPath,
      [main, '--seed', '3', '--minutes', '5', '--trace'],
      { encoding: 'utf8' },
    );
    expect(status).toBe(0);
    expect(stdout.split('\n').slice(0, -2)).toEqual(await traceOf(3));
  });
});
