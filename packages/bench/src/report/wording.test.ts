import { expect, it } from 'vitest';
import { counted, phrase, rounded, times, whole } from './wording.ts';

it.each([
  [0, '0'],
  [0.456, '0.46'],
  [1.004, '1'],
  [12.345, '12.3'],
  [99.96, '100'],
  [1234.5, '1,235'],
  [-0.456, '-0.46'],
])('%d is written as %s', (value, text) => {
  expect(rounded(value)).toBe(text);
});

it('says things as people do', () => {
  expect(whole(1_234_567.8)).toBe('1,234,568');
  expect(phrase(12.34, 'ms')).toBe('12.3 ms');
  expect(phrase(undefined, 'ms')).toBe('an unknown number of ms');
  expect(times(1.333)).toBe('1.33 times');
  expect(counted(1, 'run')).toBe('1 run');
  expect(counted(3, 'run')).toBe('3 runs');
  expect(counted(2, 'entry', 'entries')).toBe('2 entries');
});
