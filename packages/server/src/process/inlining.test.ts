import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { inlineLess } from './inlining.ts';

function nodeWith(...words: readonly string[]) {
  return spawnSync(process.execPath, [...words], { encoding: 'utf8' });
}

test('V8 is told by a flag that it knows', () => {
  const flags: string[] = [];
  inlineLess((given) => flags.push(given));
  // On the command line a flag that V8 does not know is refused.
  expect(nodeWith(...flags, '--eval', '')).toMatchObject({ status: 0, stderr: '' });
  expect(nodeWith('--no-flag-of-this-name=300', '--eval', '').status).not.toBe(0);
});

test('a V8 that does not know the flag runs on without it', () => {
  const telling = `require('node:v8').setFlagsFromString('--no-flag-of-this-name=300')`;
  const { status, stderr } = nodeWith('--eval', telling);
  expect(status).toBe(0);
  expect(stderr).toContain('--no-flag-of-this-name');
});
