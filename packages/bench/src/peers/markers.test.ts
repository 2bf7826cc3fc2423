import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { findMarkers, markers, writeBetweenMarkers } from './markers.ts';

let directory: string;
let page: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'markers-test-'));
  page = join(directory, 'page.md');
});
afterEach(() => rm(directory, { recursive: true }));

it('replaces what is between the markers, again and again, and nothing else', async () => {
  await writeFile(page, `# Title\n\n${markers.begin}\nold\n${markers.end}\n\nThe end.\n`);
  await writeBetweenMarkers(page, 'first\n');
  await writeBetweenMarkers(page, 'second\n');
  expect(await readFile(page, 'utf8')).toBe(
    `# Title\n\n${markers.begin}\n\nsecond\n\n${markers.end}\n\nThe end.\n`,
  );
});

it.each([
  ['no markers', 'text'],
  ['one marker alone', markers.begin],
  ['them in the wrong order', `${markers.end} ${markers.begin}`],
  ['them twice', `${markers.begin} ${markers.end} ${markers.begin} ${markers.end}`],
])('refuses a page with %s', async (_what, text) => {
  await writeFile(page, text);
  await expect(findMarkers(page)).rejects.toThrow('once each');
});

it('refuses a page that is not there', async () => {
  await expect(findMarkers(join(directory, 'elsewhere'))).rejects.toThrow('cannot be read');
});
