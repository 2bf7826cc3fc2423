import { expect, it } from 'vitest';
import { assertStreamsPossible, openFilesLimit } from './open-files.ts';

it('knows how many files may be open (proc(5))', () => {
  const limits =
    'Max processes 1 1 processes\nMax open files            1024                 4096       files\n';
  expect(openFilesLimit(limits)).toBe(1024);
  expect(openFilesLimit('')).toBe(Infinity);
  expect(openFilesLimit()).toBeGreaterThan(100);
});

it('says before a run that its streams are too many', () => {
  expect(() => assertStreamsPossible(1000, 1024)).toThrow(/1000 streams .* 1100 open files.*1024/);
  expect(() => assertStreamsPossible(900, 1024)).not.toThrow();
});
