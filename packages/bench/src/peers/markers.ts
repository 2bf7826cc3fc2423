// A table that lives in somebody's page: what stands between two markers there is replaced.

import { readFile, writeFile } from 'node:fs/promises';
import { BenchFailure } from '../failure/bench-failure.ts';

export const markers = { begin: '<!-- bench:peers -->', end: '<!-- /bench:peers -->' } as const;

interface Page {
  readonly before: string;
  readonly after: string;
}

/** What is around the place for the table; rejects when there is none. */
export async function findMarkers(file: string): Promise<Page> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new BenchFailure(`${file} cannot be read: ${String(cause)}`, { cause });
  });
  const [before, rest, ...moreBegins] = text.split(markers.begin);
  const [, after, ...moreEnds] = rest?.split(markers.end) ?? [];
  if (before === undefined || after === undefined || moreBegins.length + moreEnds.length > 0)
    throw new BenchFailure(
      `${file} has no place for the table: ${markers.begin} and ${markers.end} must be in it, once each.`,
    );
  return { before, after };
}

export async function writeBetweenMarkers(file: string, content: string): Promise<void> {
  const { before, after } = await findMarkers(file);
  const table = `${markers.begin}\n\n${content.trim()}\n\n${markers.end}`;
  await writeFile(file, `${before}${table}${after}`);
}
