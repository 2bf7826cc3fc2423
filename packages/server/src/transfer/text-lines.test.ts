import { Readable } from 'node:stream';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { textLines, type TextLine } from './text-lines.ts';

async function linesOf(
  chunks: readonly Uint8Array[],
  options?: Parameters<typeof textLines>[1],
): Promise<TextLine[]> {
  const lines: TextLine[] = [];
  for await (const line of textLines(Readable.from(chunks), options)) lines.push(line);
  return lines;
}

function cut(bytes: Uint8Array, at: number): readonly Uint8Array[] {
  return [bytes.subarray(0, at), bytes.subarray(at)];
}

test('lines are the same wherever the bytes are cut', async () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'ü', '€', '\n', '\r\n', '😀') });
  await fc.assert(
    fc.asyncProperty(text, fc.nat(), async (whole, position) => {
      const bytes = Buffer.from(whole);
      const lines = await linesOf(cut(bytes, position % (bytes.length + 1)));
      const expected = whole.split('\n');
      if (expected.at(-1) === '') expected.pop();
      expect(lines.map((line) => line.text)).toEqual(expected.map((line) => line.trim()));
      expect(lines.map((line) => line.number)).toEqual(expected.map((_, index) => index + 1));
      expect(lines.reduce((sum, line) => sum + line.bytes, 0)).toBe(bytes.length);
    }),
  );
});

test('a line that is no UTF-8 is one problem, the next line is read', async () => {
  const lines = await linesOf([Buffer.from([0xff, 0x0a]), Buffer.from('fine\n')]);
  expect(lines).toMatchObject([
    { number: 1, text: undefined, problem: 'the line is not UTF-8' },
    { number: 2, text: 'fine' },
  ]);
});

test('a line beyond the bound is passed over, whatever comes in it', async () => {
  const chunks = [Buffer.from('long long line'), Buffer.from(' without an end\nfine')];
  const lines = await linesOf(chunks, { maxLineBytes: 10 });
  expect(lines).toMatchObject([
    { number: 1, text: undefined, problem: 'the line is too long', bytes: 30 },
    { number: 2, text: 'fine' },
  ]);
});
