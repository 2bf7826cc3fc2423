import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { simulate } from './run/simulation.ts';

const main = fileURLToPath(new URL('dist/main.js', import.meta.url));
const seeds = Array.from({ length: 16 }, (_, index) => index + 1);

async function traceOf(seed: number): Promise<readonly string[]> {
  const lines: string[] = [];
  await simulate({ seed, minutes: 5, trace: (line) => lines.push(line) });
  return lines;
}

describe('a simulated cluster', () => {
  test.each(seeds)(
    'keeps all promises through a quarter of an hour of faults: seed %i',
    async (seed) => {
      const { breach } = await simulate({ seed, minutes: 15 });
      expect(breach, `npm run sim -- --seed ${seed} --minutes 15`).toBeUndefined();
    },
  );

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
