// A rule of a specification, with the conversation that shows whether a server keeps it.

import type { ServerUnderTest } from '@rollcall/testkit';
import type { Conversation } from './conversation.ts';
import type { Person } from './person.ts';

/** Everybody who may appear. All have accounts, nobody is logged in, nobody knows anybody. */
export const castNames = ['alice', 'bob', 'carol', 'dave'] as const;

export type Cast = Readonly<Record<(typeof castNames)[number], Person>> & {
  readonly server: ServerUnderTest;
  readonly conversation: Conversation;
};

export interface Rule {
  /** `RFC 6121 §4.3.2`; several are separated by `; `. */
  readonly section: string;
  /** What it demands, in one sentence. */
  readonly sentence: string;
  readonly shows: (cast: Cast) => Promise<void>;
}

export interface Chapter {
  readonly title: string;
  readonly rules: readonly Rule[];
}

export function rule(
  section: string,
  sentence: string,
  shows: (cast: Cast) => Promise<void>,
): Rule {
  return { section, sentence, shows };
}
