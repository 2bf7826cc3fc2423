// The JSON file named by --config.

import { readFileSync } from 'node:fs';
import { fileFailure } from '../file-failure.ts';
import { ConfigurationError } from './mistakes.ts';

export function readConfigFile(file: string): Record<string, unknown> {
  const content = parse(file, read(file));
  if (typeof content === 'object' && content !== null && !Array.isArray(content))
    return content as Record<string, unknown>;
  throw new ConfigurationError([
    `${file}: allowed is one JSON object, such as {"domain": "example.org"}.`,
  ]);
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new ConfigurationError([
      `The configuration file ${file} cannot be read: ${fileFailure(error)}.`,
    ]);
  }
}

function parse(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const { message } = error as SyntaxError;
    throw new ConfigurationError([
      `${file}${placeOf(message, text)} is not JSON: ${reasonOf(message)}.`,
    ]);
  }
}

/** V8 names the position in the whole text; people look for a line. */
function placeOf(message: string, text: string): string {
  const position = /at position (\d+)/.exec(message)?.[1];
  if (position === undefined) return '';
  const before = text.slice(0, Number(position)).split('\n');
  return `, line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1},`;
}

/** Without the position, and without the excerpt of the file that V8 adds: secrets may be in it. */
function reasonOf(message: string): string {
  return message.replace(/ at position \d+.*$/, '').replace(/, .* is not valid JSON$/s, '');
}
