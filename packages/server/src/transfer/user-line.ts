// One user as one line of JSON: what `rollcall import` reads, `rollcall export` prints, and the control socket carries.

import { z } from 'zod';
import type { ImportedItem } from '@rollcall/presence';
import type { ScramVerifiers } from '@rollcall/store';
import { localOf, parseBareJid, type BareJid, type Parsed } from '@rollcall/xmpp';
import { asks, stateOf, subscriptions, wordsOf } from './subscription.ts';
import { loneFields, verifierShapes, verifiersIn, verifiersOut } from './verifier-shapes.ts';

/** A user on the way from or to another server. */
export interface TransferredUser {
  readonly jid: BareJid;
  /** In clear, to be hashed before it goes anywhere. Never together with verifiers. */
  readonly password?: string;
  /** Absent: those that the account has are left as they are. */
  readonly verifiers?: ScramVerifiers;
  readonly roster: readonly ImportedItem[];
}

const bareJid = z.string().transform((text, context): BareJid => {
  const parsed = parseBareJid(text);
  if (parsed.ok) return parsed.value;
  context.addIssue(parsed.problem);
  return z.NEVER;
});

const account = bareJid.refine(
  (jid) => localOf(jid) !== undefined,
  'an account has a name before the @',
);

const item = z.strictObject({
  jid: bareJid,
  subscription: z.enum(subscriptions).default('none'),
  ask: z.enum(asks).optional(),
  name: z.string().optional(),
  groups: z.array(z.string()).default([]),
});

const userLine = z
  .strictObject({
    jid: account,
    password: z.string().min(1).optional(),
    scram: verifierShapes.optional(),
    ...loneFields,
    roster: z.array(item).default([]),
  })
  .transform((line, context): TransferredUser => {
    const { jid, password, scram, roster, ...lone } = line;
    const refuse = (path: string, problem: string) => {
      context.addIssue({ code: 'custom', path: [path], message: problem });
      return z.NEVER;
    };
    const rosterProblem = problemInRoster(jid, roster);
    if (rosterProblem !== undefined) return refuse('roster', rosterProblem);
    const user = { jid, roster: roster.map(importedItem) };

    const shapes =
      scram ?? (Object.keys(lone).length > 0 ? verifierShapes.safeParse(lone).data : undefined);
    if (shapes === undefined) {
      if (Object.keys(lone).length > 0)
        return refuse('', 'the fields of a SCRAM verifier are incomplete');
      return password === undefined ? user : { ...user, password };
    }
    if (password !== undefined) return refuse('password', 'there are SCRAM verifiers already');
    const verifiers = verifiersIn(shapes);
    return verifiers.ok
      ? { ...user, verifiers: verifiers.value }
      : refuse('scram', verifiers.problem);
  });

type Item = z.output<typeof item>;

function problemInRoster(owner: BareJid, roster: readonly Item[]): string | undefined {
  const contacts = new Set<string>();
  for (const { jid } of roster) {
    if (jid === owner) return `${jid} is in the roster of its own`;
    if (contacts.has(jid)) return `${jid} is there twice`;
    contacts.add(jid);
  }
  return undefined;
}

function importedItem({ jid, subscription, ask, name, groups }: Item): ImportedItem {
  return {
    jid,
    state: stateOf(subscription, ask),
    groups: [...new Set(groups)],
    ...(name === undefined ? {} : { name }),
  };
}

/** The problem is a sentence for a person: where in the line, and what. No value of a password or verifier is in it. */
export function parseUserLine(line: string): Parsed<TransferredUser> {
  let content: unknown;
  try {
    content = JSON.parse(line);
  } catch {
    return { ok: false, problem: 'this is not JSON' };
  }
  const parsed = userLine.safeParse(content);
  if (parsed.success) return { ok: true, value: parsed.data };
  return { ok: false, problem: parsed.error.issues.map(sentence).join('; ') };
}

function sentence({ path, message }: z.core.$ZodIssue): string {
  const place = path
    .filter((step) => step !== '')
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`))
    .join('');
  return place === '' ? message : `${place.slice(1)}: ${message}`;
}

/** `parseUserLine` reads it back to the same user. A password is not printed; hash it first. */
export function formatUserLine({ jid, verifiers, roster }: TransferredUser): string {
  // An account that nobody can log in to by password has none.
  const scram = verifiersOut(verifiers ?? {});
  return JSON.stringify({
    jid,
    ...(scram.length === 0 ? {} : { scram }),
    roster: roster.map(({ jid: contact, state, name, groups }) => ({
      jid: contact,
      ...wordsOf(state),
      ...(name === undefined ? {} : { name }),
      ...(groups.length === 0 ? {} : { groups }),
    })),
  });
}
