// Options of a command as data: what they are called, what they take, what they are without it.

import { InvalidArgumentError, Option, type Command } from 'commander';

export interface OptionSpec<Value> {
  readonly summary: string;
  /** What it takes, as help shows it; a switch takes nothing. */
  readonly argument: string | undefined;
  readonly fallback: Value;
  /** Of what was given, and before that (`before`); throws an `InvalidArgumentError` that says what is allowed. */
  readonly parse: (text: string, before: unknown) => Value;
}

/** By name in camel case; on the command line `--in-kebab-case`. */
export type OptionSet = Readonly<Record<string, OptionSpec<unknown>>>;

export type ValuesOf<Options> = {
  readonly [Name in keyof Options]: Options[Name] extends OptionSpec<infer Value> ? Value : never;
};

export function count(fallback: number, summary: string, least = 1): OptionSpec<number> {
  const allowed = `a whole number from ${least} on is wanted.`;
  const parse = (text: string) => {
    const value = Number(text.replaceAll('_', ''));
    return Number.isSafeInteger(value) && value >= least ? value : refuse(allowed);
  };
  return { summary, argument: '<N>', fallback, parse };
}

export function decimal(fallback: number, summary: string): OptionSpec<number> {
  const parse = (text: string) => {
    const value = Number(text);
    return text.trim() !== '' && value > 0 && Number.isFinite(value)
      ? value
      : refuse('a number above 0 is wanted.');
  };
  return { summary, argument: '<NUMBER>', fallback, parse };
}

export function share(fallback: number, summary: string): OptionSpec<number> {
  const parse = (text: string) => {
    const value = Number(text);
    return text.trim() !== '' && value >= 0 && value <= 1
      ? value
      : refuse('a share from 0 to 1 is wanted.');
  };
  return { summary, argument: '<SHARE>', fallback, parse };
}

export function text(fallback: string, argument: string, summary: string): OptionSpec<string> {
  return { summary, argument, fallback, parse: (given) => given };
}

export function optionalText(argument: string, summary: string): OptionSpec<string | undefined> {
  return { summary, argument, fallback: undefined, parse: (given) => given };
}

export function word<const Word extends string>(
  fallback: Word,
  words: readonly Word[],
  summary: string,
): OptionSpec<Word> {
  const parse = (given: string) =>
    words.find((each) => each === given) ?? refuse(`one of ${words.join(', ')} is wanted.`);
  return { summary, argument: `<${words.join('|')}>`, fallback, parse };
}

export function flag(summary: string): OptionSpec<boolean> {
  return { summary, argument: undefined, fallback: false, parse: () => true };
}

/** May be given several times, or once with commas. */
export function list<Item>(
  argument: string,
  summary: string,
  parseItem: (text: string) => Item,
  fallback: readonly Item[] = [],
): OptionSpec<readonly Item[]> {
  const parse = (given: string, before: unknown) => [
    // What was given before came out of this same function.
    ...(before === undefined || before === fallback ? [] : (before as readonly Item[])),
    ...given.split(',').map((item) => parseItem(item.trim())),
  ];
  return { summary, argument, fallback, parse };
}

export function refuse(allowed: string): never {
  throw new InvalidArgumentError(allowed);
}

export function addOptions(command: Command, options: OptionSet): void {
  for (const [name, spec] of Object.entries(options)) command.addOption(toOption(name, spec));
}

function toOption(
  name: string,
  { argument, summary, fallback, parse }: OptionSpec<unknown>,
): Option {
  const flags = `--${kebabCase(name)}`;
  if (argument === undefined) return new Option(flags, summary);
  const option = new Option(`${flags} ${argument}`, summary).argParser(parse);
  const isSaid = typeof fallback === 'number' || (typeof fallback === 'string' && fallback !== '');
  return isSaid ? option.default(fallback) : option;
}

function kebabCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** The values in force: those that were given, else the fallbacks. */
export function valuesOf<Options extends OptionSet>(
  options: Options,
  given: Readonly<Record<string, unknown>>,
): ValuesOf<Options> {
  // What was given came through `parse`, so it is of the type that the option says.
  return Object.fromEntries(
    Object.entries(options).map(([name, spec]) => [name, given[name] ?? spec.fallback]),
  ) as ValuesOf<Options>;
}
