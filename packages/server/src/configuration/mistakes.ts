// What is wrong with a configuration, in sentences that name the key, what was given and what is allowed.

import type { z } from 'zod';
import type { CataloguedSetting } from './catalogue.ts';
import { suggestionFor } from './suggestion.ts';

/** Everything that is wrong with what was asked for, a sentence each. Ends the command with exit code 2. */
export class ConfigurationError extends Error {
  readonly mistakes: readonly string[];

  constructor(mistakes: readonly string[]) {
    super(mistakes.join('\n'));
    this.name = 'ConfigurationError';
    this.mistakes = mistakes;
  }
}

/** A setting's value with the name of the option, variable or file that gave it. */
export interface GivenValue {
  readonly value: unknown;
  readonly source: string;
}

export type GivenValues = ReadonlyMap<string, GivenValue>;

export function mistakesOf(
  issues: readonly z.core.$ZodIssue[],
  settings: readonly CataloguedSetting[],
  given: GivenValues,
): readonly string[] {
  return [...new Set(issues.map((issue) => mistakeOf(issue, settings, given)))];
}

function mistakeOf(
  issue: z.core.$ZodIssue,
  settings: readonly CataloguedSetting[],
  given: GivenValues,
): string {
  const path = issue.path.map(String);
  const setting = settings.find(({ path: own }) => own.every((name, at) => name === path[at]));
  const key = setting?.key ?? path.join('.');
  const offered = given.get(key);
  const what = offered === undefined ? key : `${key} (${offered.source})`;
  if (issue.code === 'custom' && issue.params?.['isBreach'] === true)
    return `${what}: ${issue.message}.`;
  const value = offered === undefined ? 'nothing' : shown(offered.value, setting);
  const allowed = setting?.allowed ?? issue.message;
  return `${what}: given is ${value}, allowed is ${allowed}.`;
}

function shown(value: unknown, setting: CataloguedSetting | undefined): string {
  return setting?.isSecret === true
    ? 'a value not shown here'
    : withoutPasswords(JSON.stringify(value));
}

/** Text as it is, but without the names and passwords that stand in its URLs. */
export function withoutPasswords(text: string): string {
  return text.replace(/:\/\/[^\s/@]*@/g, '://…@');
}

/** For a key or variable that means nothing. Its value is not shown: it could be anything, a password too. */
export function unknownName(name: string, source: string, known: readonly string[]): string {
  const suggestion = suggestionFor(name, known);
  const hint = suggestion === undefined ? '' : ` Did you mean ${suggestion}?`;
  return `${name} (${source}): there is no such setting.${hint}`;
}
