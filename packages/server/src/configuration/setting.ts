// The kinds of value that a setting takes, each with the words that tell a person what is allowed.
//
// Options and variables are text, the file is JSON: numbers and switches are accepted as text too.

import { z } from 'zod';
import { parseDomain } from '@rollcall/xmpp';
import { parseEndpoint, type Endpoint } from './endpoint.ts';

export interface SettingFacts {
  /** One line for the table of settings and for `--help`. */
  readonly summary: string;
  /** Ends the sentence "allowed is …". */
  readonly allowed: string;
  /** As the command line writes it, where it has it. */
  readonly option?: string;
  /** Its value is never shown. */
  readonly isSecret?: boolean;
}

/** What is known of a setting beside its schema: what `--help`, the README and complaints say of it. */
export const settingFacts = z.registry<SettingFacts>();

/** What contradicts another setting, with the sentence that says so; `path` is that of the setting to change. */
export function breach(path: string[], sentence: string) {
  return { code: 'custom', path, message: sentence, params: { isBreach: true } } as const;
}

type Described = Omit<SettingFacts, 'allowed'>;

export function wholeNumber(
  fallback: number,
  bounds: { readonly from: number; readonly to: number },
  described: Described,
) {
  const given = (value: unknown) =>
    typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
  return z
    .preprocess(given, z.int().min(bounds.from).max(bounds.to))
    .prefault(fallback)
    .register(settingFacts, {
      ...described,
      allowed: `a whole number from ${bounds.from} to ${bounds.to}`,
    });
}

export function onOrOff(fallback: boolean, described: Described) {
  const words = new Map<unknown, boolean>([
    ['true', true],
    ['false', false],
  ]);
  return z
    .preprocess((value) => words.get(value) ?? value, z.boolean())
    .prefault(fallback)
    .register(settingFacts, { ...described, allowed: 'true or false' });
}

export function oneOf<const Word extends string>(
  fallback: Word,
  words: readonly [Word, ...Word[]],
  described: Described,
) {
  return z
    .enum(words)
    .prefault(fallback)
    .register(settingFacts, { ...described, allowed: `one of ${words.join(', ')}` });
}

export function path(fallback: string, described: Described) {
  return z
    .string()
    .min(1)
    .prefault(fallback)
    .register(settingFacts, { ...described, allowed: 'a path' });
}

export function optionalPath(facts: SettingFacts) {
  return optionalText(facts);
}

export function optionalText(facts: SettingFacts) {
  return z.string().min(1).optional().register(settingFacts, facts);
}

/** A list of words; as text they are parted by commas. */
export function textList(word: RegExp, facts: SettingFacts) {
  return listOf(z.array(z.string().regex(word)).min(1), facts);
}

/** A list that may be given as one text, with commas. */
export function listOf<T extends z.ZodType>(list: T, facts: SettingFacts) {
  const given = (value: unknown) =>
    typeof value === 'string' ? value.split(',').map((item) => item.trim()) : value;
  return z.preprocess(given, list).optional().register(settingFacts, facts);
}

export function endpoint(fallback: string, described: Described) {
  return z
    .string()
    .transform((text, context): Endpoint => {
      const parsed = parseEndpoint(text);
      if (parsed !== undefined) return parsed;
      context.addIssue('not an endpoint');
      return z.NEVER;
    })
    .prefault(fallback)
    .register(settingFacts, {
      ...described,
      allowed: 'HOST:PORT, such as 127.0.0.1:5222 or [::1]:5222',
    });
}

/** As `endpoint`, or `off` for none. */
export function optionalEndpoint(fallback: string, described: Described) {
  return z
    .string()
    .transform((text, context): Endpoint | undefined => {
      if (text === 'off') return undefined;
      const parsed = parseEndpoint(text);
      if (parsed === undefined) context.addIssue('not an endpoint');
      return parsed;
    })
    .prefault(fallback)
    .register(settingFacts, {
      ...described,
      allowed: 'HOST:PORT, such as 127.0.0.1:5280 or [::1]:5280, or off',
    });
}

/** A list; as text its items are parted by commas. */
export function domains(fallback: string, described: Described) {
  const given = (value: unknown) => (typeof value === 'string' ? value.split(',') : value);
  const domain = z.string().transform((text, context) => {
    const parsed = parseDomain(text.trim());
    if (parsed.ok) return parsed.value;
    context.addIssue(parsed.problem);
    return z.NEVER;
  });
  return z
    .preprocess(given, z.array(domain).min(1))
    .transform((names): readonly string[] => [...new Set(names)])
    .prefault(fallback)
    .register(settingFacts, {
      ...described,
      allowed: 'one domain name or more, such as example.org',
    });
}
