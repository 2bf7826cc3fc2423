import { expect, it } from 'vitest';
import { runPlan } from './plan-command.ts';

async function plan(...argv: readonly string[]) {
  let out = '';
  let err = '';
  const code = await runPlan(argv, {
    out: { write: (text: string) => (out += text) },
    err: { write: (text: string) => (err += text) },
  });
  return { code, out, err };
}

it('says what happens, what it takes, what limits it, and where the numbers come from', async () => {
  const { code, out } = await plan('--users', '1000000', '--online', '100000', '--roster', '50');
  expect(code).toBe(0);
  expect(out).toContain('100,000 online');
  expect(out).toMatch(/^contacts online, of each user +5$/m);
  expect(out).toMatch(/^cores at work +[\d.]+$/m);
  expect(out).toMatch(/^At 100,000 online, /m);
  expect(out).toMatch(/From costs measured on \d{4}-\d\d-\d\d/);
  expect(out).toMatch(/µs predicted, .* µs measured/);
});

it('plans several sizes side by side, with the same share online', async () => {
  const { out } = await plan('--users', '10000', '--online', '1000,2000', '--roster', '100');
  expect(out).toMatch(/^contacts online, of each user +10 +10$/m);
});

it('says that a small deployment needs no cluster', async () => {
  const { out } = await plan('--users', '100', '--online', '10', '--roster', '10');
  expect(out).toContain('At 10 online, one process is enough');
});

it.each([
  [['--online', 'some'], 2, /whole numbers/],
  [['--users', '10', '--online', '100'], 1, /more than there are/],
  [['--constants', '/nowhere'], 1, /cannot be read/],
])('refuses %j', async (argv, exitCode, problem) => {
  const { code, err } = await plan(...argv);
  expect(err).toMatch(problem);
  expect(code).toBe(exitCode);
});
