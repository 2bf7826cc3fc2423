// Where a started server lives: a directory that goes with it, and its configuration.

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Does the work in a new directory; when that fails, the directory is removed. */
export async function inNewDirectory<Value>(
  name: string,
  work: (directory: string) => Promise<Value>,
): Promise<Value> {
  const directory = await mkdtemp(join(tmpdir(), `rollcall-bench-${name}-`));
  try {
    return await work(directory);
  } catch (error) {
    await removeDirectory(directory);
    throw error;
  }
}

export async function removeDirectory(directory: string): Promise<void> {
  await rm(directory, { recursive: true, force: true });
}

/** The configurations that are published with the package. */
const configurations = new URL('../../peers/', import.meta.url);

export function configurationFile(name: string): URL {
  return new URL(name, configurations);
}

/** Copies a configuration into the directory, with what begins with $ filled in; resolves with its path. */
export async function writeConfiguration(
  directory: string,
  name: string,
  words: Readonly<Record<string, string | number>>,
): Promise<string> {
  const template = await readFile(configurationFile(name), 'utf8');
  const path = join(directory, name);
  await writeFile(path, filledIn(template, words));
  return path;
}

export function filledIn(
  template: string,
  words: Readonly<Record<string, string | number>>,
): string {
  return template.replaceAll(/\$([A-Z_]+)/g, (_match, word: string) => {
    const value = words[word];
    if (value === undefined) throw new Error(`nothing is known for $${word}`);
    return String(value);
  });
}
