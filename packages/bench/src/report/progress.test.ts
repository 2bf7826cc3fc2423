import { describe, expect, it } from 'vitest';
import { progressOn } from './progress.ts';

function terminal(isTTY: boolean) {
  const written: string[] = [];
  return { written, output: { isTTY, write: (text: string) => written.push(text) } };
}

describe('progress', () => {
  it('is shown on a terminal, and gone when it is done', () => {
    const { written, output } = terminal(true);
    let nowMs = 0;
    const bar = progressOn(output, () => nowMs).begin('logging in', 10);
    nowMs = 1000;
    bar.advance(5);
    bar.done();
    expect(written[1]).toContain('logging in ████████████░░░░░░░░░░░░ 5/10');
    expect(written.at(-1)).toBe('\r\u001b[2K');
  });

  it('is not drawn more often than a person can see', () => {
    const { written, output } = terminal(true);
    const bar = progressOn(output, () => 0).begin('logging in', 1000);
    for (let step = 0; step < 1000; step += 1) bar.advance(1);
    expect(written).toHaveLength(1);
  });

  it('is a line in a file now and then, of what takes long', () => {
    const { written, output } = terminal(false);
    let nowMs = 0;
    const bar = progressOn(output, () => nowMs).begin('logging in', 3);
    bar.advance(1);
    nowMs = 6000;
    bar.advance(1);
    bar.advance(1);
    bar.done();
    expect(written).toEqual(['logging in: 2 of 3\n']);
  });
});
