/**
 * A user's record read from text, with suspicion: what is damaged is a value that says so, never an exception.
 * Unknown fields are ignored, since nodes of two versions may share a store. JIDs are not prepared again: they were
 * when they were written, and five thousand of them would take longer than everything else.
 */

import type { BareJid, FullJid, Parsed, Presence } from '@rollcall/xmpp';
import type { Handshake } from '../input.ts';
import { emptyPolicy } from '../privacy/policy.ts';
import { decodePolicy } from '../privacy/policy-codec.ts';
import { nothing, type ContactEntry } from '../roster/contact.ts';
import { Contacts } from '../roster/contacts.ts';
import { RosterPage, type Tombstone } from '../roster/page.ts';
import { Roster } from '../roster/roster.ts';
import { isSubscriptionType } from '../subscription/subscription-type.ts';
import { subscriptionStates } from '../subscription/state.ts';
import { contactFlags, recordFormat } from './encode.ts';
import { emptyRecord, type LastPresence, type UserRecord } from './record.ts';
import type { RecordLayout } from './part.ts';

/** Thrown and caught within this file only: so that a reader of a deep structure need not pass problems up by hand. */
class Damage extends Error {}

type Json = Readonly<Record<string, unknown>>;

/** Which pages have to be read besides the head. */
export function pagesOf(head: string): Parsed<RecordLayout> {
  return guarded(() => readLayout(readJson(head)));
}

/**
 * The record of a user. `head` is undefined where there is none; `pages` holds the texts of the pages by their
 * number, all of those that `pagesOf` names.
 */
export function decodeRecord(
  jid: BareJid,
  head: string | undefined,
  pages: ReadonlyMap<number, string>,
): Parsed<UserRecord> {
  const decoding = decodingRecord(jid, head, pages);
  for (;;) {
    const step = decoding.next();
    if (step.done === true) return step.value;
  }
}

/** The same with a pause between two pages of a large roster, so that others need not wait for all of it. */
export function* decodingRecord(
  jid: BareJid,
  head: string | undefined,
  pages: ReadonlyMap<number, string>,
): Generator<void, Parsed<UserRecord>> {
  if (head === undefined) return { ok: true, value: emptyRecord };
  try {
    return { ok: true, value: yield* readRecord(jid, readJson(head), pages) };
  } catch (error) {
    return problemOf(error);
  }
}

function guarded<Value>(read: () => Value): Parsed<Value> {
  try {
    return { ok: true, value: read() };
  } catch (error) {
    return problemOf(error);
  }
}

function problemOf(error: unknown): Parsed<never> {
  if (error instanceof Damage) return { ok: false, problem: error.message };
  throw error;
}

function readJson(text: string): Json {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Damage('the record is not JSON');
  }
  const json = asObject(value, 'the record');
  if (json['v'] !== recordFormat) {
    throw new Damage(
      `the record is of format ${String(json['v'])}, this version reads ${recordFormat}`,
    );
  }
  return json;
}

function readLayout({ g, p }: Json): RecordLayout {
  if (p === undefined) return { generation: 0, pages: [] };
  const count = asCount(p, 'number of pages');
  if (count < 2 || (count & (count - 1)) !== 0) throw new Damage('no power of two of pages');
  return { generation: asCount(g, 'generation'), pages: [...Array(count).keys()] };
}

function* readRecord(
  jid: BareJid,
  head: Json,
  pages: ReadonlyMap<number, string>,
): Generator<void, UserRecord> {
  const policy = head['policy'] === undefined ? undefined : decodePolicy(head['policy']);
  if (policy?.ok === false) throw new Damage(policy.problem);
  return {
    roster: yield* readRoster(jid, head, pages),
    policy: policy?.value ?? emptyPolicy,
    lastPresence: head['last'] === undefined ? undefined : readLastPresence(head['last']),
    leaving: head['leaving'] === true,
  };
}

function* readRoster(
  user: BareJid,
  head: Json,
  texts: ReadonlyMap<number, string>,
): Generator<void, Roster> {
  const { generation, pages } = readLayout(head);
  if (pages.length === 0) {
    return head['r'] === undefined
      ? Roster.empty
      : new Roster([readPage(user, asObject(head['r'], 'the roster'))], 0);
  }
  const read: RosterPage[] = [];
  for (const number of pages) {
    if (number > 0) yield;
    const text = texts.get(number);
    if (text === undefined) throw new Damage(`page ${number} of the roster is missing`);
    const page = readPage(user, readJson(text));
    page.gather();
    read.push(page);
  }
  return new Roster(read, generation);
}

function readPage(user: BareJid, { c, h, e, t }: Json): RosterPage {
  const entries = asArray(e, 'contacts').map((value) =>
    readContact(user, asArray(value, 'a contact')),
  );
  return new RosterPage({
    entries: Contacts.of(entries),
    tombstones: t === undefined ? nothing : asArray(t, 'removed contacts').map(readTombstone),
    horizon: asCount(h, 'horizon'),
    clock: asCount(c, 'clock'),
  });
}

function readTombstone(value: unknown): Tombstone {
  const [jid, version] = asArray(value, 'a removed contact');
  return { jid: asString(jid, 'removed contact') as BareJid, version: asCount(version, 'version') };
}

function readContact(user: BareJid, value: readonly unknown[]): ContactEntry {
  const [jidText, stateNumber, version, flagBits, name, groups, heard, asked, rest] = value;
  const jid = asString(jidText, 'contact') as BareJid;
  const state = subscriptionStates[asCount(stateNumber, 'state')];
  if (state === undefined) throw new Damage('a subscription state that does not exist');
  const flags = asCount(flagBits, 'flags');
  return {
    jid,
    state,
    listed: (flags & contactFlags.listed) !== 0,
    approved: (flags & contactFlags.approved) !== 0,
    version: asCount(version, 'version'),
    ...(typeof name === 'string' ? { name } : {}),
    groups: groups === undefined ? nothing : readStrings(groups, 'group'),
    notices: nothing,
    heard: heard === undefined ? 0 : asCount(heard, 'number'),
    asked: asked === undefined ? 0 : asCount(asked, 'number'),
    withdrawn: 0,
    outbox: nothing,
    ...(rest === undefined ? {} : readRest(user, jid, asObject(rest, 'the rest of a contact'))),
  };
}

function readRest(user: BareJid, contact: BareJid, { r, n, o, w, m }: Json): Partial<ContactEntry> {
  const inbound = (value: unknown) => readPresence(value, contact, user);
  const mending: readonly unknown[] = m === undefined ? nothing : asArray(m, 'what mends');
  const outbound = (value: unknown): Handshake => {
    const handshake = readHandshake(value, user, contact);
    return mending.includes(handshake.number) ? { ...handshake, mends: true } : handshake;
  };
  return {
    ...(r === undefined ? {} : { request: inbound(r) }),
    ...(n === undefined ? {} : { notices: asArray(n, 'notices').map(inbound) }),
    ...(o === undefined ? {} : { outbox: asArray(o, 'outbox').map(outbound) }),
    ...(w === undefined ? {} : { withdrawn: asCount(w, 'number') }),
  };
}

function readPresence(value: unknown, from: BareJid, to: BareJid): Presence {
  const [type, content, id, lang] = asArray(value, 'a stored presence');
  if (!isSubscriptionType(type)) throw new Damage('a stored presence of another type');
  return {
    kind: 'presence',
    type,
    from,
    to,
    content: asString(content, 'content'),
    ...(typeof id === 'string' ? { id } : {}),
    ...(typeof lang === 'string' ? { lang } : {}),
  };
}

function readHandshake(value: unknown, user: BareJid, contact: BareJid): Handshake {
  const [id, number, stanza, gone, answers, heard] = asArray(value, 'a handshake');
  const isAnswer = answers !== undefined && heard === undefined;
  return {
    id: asString(id, 'id'),
    number: asCount(number, 'number'),
    stanza: readPresence(stanza, user, contact),
    gone: gone === undefined ? nothing : (readStrings(gone, 'resource') as readonly FullJid[]),
    ...(isAnswer ? { answers: asCount(answers, 'number') } : {}),
    ...(heard === undefined ? {} : { heard: asCount(heard, 'number') }),
  };
}

function readLastPresence(value: unknown): LastPresence {
  const { from, lang, content, atMs, activeList } = asObject(value, 'the last presence');
  return {
    from: asString(from, 'last resource') as FullJid,
    content: asString(content, 'content'),
    atMs: asCount(atMs, 'time'),
    ...(typeof lang === 'string' ? { lang } : {}),
    ...(typeof activeList === 'string' ? { activeList } : {}),
  };
}

function asObject(value: unknown, what: string): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Damage(`${what} is no object`);
  }
  return value as Json;
}

function asArray(value: unknown, what: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new Damage(`${what}: no array`);
  return value as readonly unknown[];
}

function asString(value: unknown, what: string): string {
  if (typeof value !== 'string') throw new Damage(`${what}: no text`);
  return value;
}

function asCount(value: unknown, what: string): number {
  if (!Number.isSafeInteger(value) || (value as number) < 0) throw new Damage(`${what}: no number`);
  return value as number;
}

function readStrings(value: unknown, what: string): readonly string[] {
  const values = asArray(value, what);
  for (const text of values) asString(text, what);
  return values as readonly string[];
}
