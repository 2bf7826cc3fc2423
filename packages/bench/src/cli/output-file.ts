// Files that reports go to: whether they can be written is known before anything is measured.

import { open } from 'node:fs/promises';
import { BenchFailure } from '../failure/bench-failure.ts';

/** What is in the file stays. */
export async function assertWritable(file: string): Promise<void> {
  try {
    await (await open(file, 'a')).close();
  } catch (cause) {
    throw new BenchFailure(`The report cannot be written: ${String(cause)}`, { cause });
  }
}
