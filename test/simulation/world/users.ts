/** The users of a run, and what their records say whenever one is written. */
import {
  askingHalf,
  decodeRecord,
  givingHalf,
  pagesOf,
  remedyFor,
  type UserRecord,
} from '@rollcall/presence';
import { userKey, userOfKey } from '@rollcall/store';
import { bareOf, parseBareJid, type BareJid } from '@rollcall/xmpp';
import type { SimRecords } from '../nats/records.ts';
import type { Half, StoredFact } from '../promises/observation.ts';
import { domain } from './limits.ts';

/** Friends see each other from the beginning and leave it at that; the others change their minds all the time. */
export const friendCount = 4;
const userCount = 8;

export const users: readonly BareJid[] = Array.from({ length: userCount }, (_, index) =>
  jid(`${index < friendCount ? 'friend' : 'user'}${index}@${domain}`),
);

export const friends = users.slice(0, friendCount);

/** Whose accounts come and go. */
export const mortals = users.slice(friendCount);

function jid(text: string): BareJid {
  const parsed = parseBareJid(text);
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.value;
}

/** Of a key that was written: whose record it belongs to, and what that says now. */
export function halvesAt(
  records: SimRecords,
  key: string,
): Pick<StoredFact, 'user' | 'halves' | 'blocked'> | undefined {
  const [kind, part = ''] = key.split('/');
  const user = kind === 'user' ? userOfKey(part) : undefined;
  if (user === undefined) return undefined;
  const head = textAt(records, `user/${part}/h`);
  const layout = head === undefined ? undefined : pagesOf(head);
  const pages = new Map<number, string>();
  if (layout?.ok)
    for (const page of layout.value.pages) {
      const text = textAt(records, `user/${part}/g${layout.value.generation}p${page}`);
      if (text !== undefined) pages.set(page, text);
    }
  const record = decodeRecord(user, head, pages);
  if (!record.ok) return undefined;
  const halves = new Map<BareJid, Half>();
  for (const { jid: contact, state, listed, outbox } of record.value.roster.entries())
    halves.set(contact, { state, listed, outbox: outbox.length });
  return { user, halves, blocked: blockedBy(record.value.policy) };
}

function blockedBy({ lists, defaultList = '' }: UserRecord['policy']): ReadonlySet<BareJid> {
  const denied = (lists.get(defaultList)?.items ?? []).flatMap(({ match, action }) =>
    match.by === 'jid' && action === 'deny' ? [bareOf(match.value)] : [],
  );
  return new Set(denied);
}

/** Pairs whose halves do not agree, by the records. */
export function* disagreeing(records: SimRecords): Generator<readonly [BareJid, BareJid]> {
  const halves = new Map(users.map((user) => [user, halvesAt(records, `user/${userKey(user)}/h`)]));
  const state = (user: BareJid, contact: BareJid) =>
    halves.get(user)?.halves.get(contact)?.state ?? 'None';
  for (const asker of users)
    for (const giver of users) {
      const [asking, giving] = [askingHalf(state(asker, giver)), givingHalf(state(giver, asker))];
      if (asker !== giver && remedyFor(asking, giving) !== undefined) yield [asker, giver];
    }
}

function textAt(records: SimRecords, key: string): string | undefined {
  const record = records.read(key);
  return record && new TextDecoder().decode(record.value);
}
