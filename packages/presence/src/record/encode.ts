/** A user's record as text: JSON, with arrays in place of objects where there are thousands of them. */

import type { Presence } from '@rollcall/xmpp';
import type { Handshake } from '../input.ts';
import { encodePolicy } from '../privacy/policy-codec.ts';
import type { ContactEntry } from '../roster/contact.ts';
import type { RosterPage } from '../roster/page.ts';
import { subscriptionStates } from '../subscription/state.ts';
import { layoutOf, type UserRecord } from './record.ts';
import type { RecordPart } from './part.ts';

/** Grows when older versions could no longer read what newer ones write. */
export const recordFormat = 1;

/** The bits stand in records: never renumber them. */
export const contactFlags = { listed: 1, approved: 2 } as const;

/** The text of one part. A page that does not exist is a bug of the caller and throws. */
export function encodePart(record: UserRecord, part: RecordPart): string {
  if (part === 'head') return JSON.stringify(encodeHead(record));
  const page = record.roster.pages[part];
  if (page === undefined) throw new Error(`the record has no page ${part}`);
  return JSON.stringify({ v: recordFormat, ...encodePage(page) });
}

function encodeHead(record: UserRecord): unknown {
  const { roster, policy, lastPresence, leaving } = record;
  const { generation, pages } = layoutOf(record);
  const [only] = roster.pages;
  return {
    v: recordFormat,
    ...(pages.length > 0 ? { g: generation, p: pages.length } : {}),
    ...(pages.length === 0 && only !== undefined ? { r: encodePage(only) } : {}),
    ...(policy.lists.size === 0 ? {} : { policy: encodePolicy(policy) }),
    ...(lastPresence === undefined ? {} : { last: lastPresence }),
    ...(leaving ? { leaving } : {}),
  };
}

function encodePage({ entries, tombstones, horizon, clock }: RosterPage): object {
  return {
    c: clock,
    h: horizon,
    e: Array.from(entries.values(), encodeContact),
    ...(tombstones.length === 0 ? {} : { t: tombstones.map(({ jid, version }) => [jid, version]) }),
  };
}

/** `[jid, state, version, flags, name, groups, heard, asked, rest]`, cut off after the last that says something. */
function encodeContact(entry: ContactEntry): readonly unknown[] {
  const { jid, state, version, listed, approved, name, groups, heard, asked } = entry;
  const flags = (listed ? contactFlags.listed : 0) | (approved ? contactFlags.approved : 0);
  const fields: unknown[] = [jid, subscriptionStates.indexOf(state), version, flags];
  const rest = encodeRest(entry);
  if (rest !== undefined) fields.push(name ?? 0, groups, heard, asked, rest);
  else if (heard > 0 || asked > 0) fields.push(name ?? 0, groups, heard, asked);
  else if (groups.length > 0) fields.push(name ?? 0, groups);
  else if (name !== undefined) fields.push(name);
  return fields;
}

function encodeRest({ request, notices, outbox, withdrawn }: ContactEntry): object | undefined {
  const isLittle = request === undefined && notices.length === 0 && outbox.length === 0;
  if (isLittle && withdrawn === 0) return undefined;
  const mending = outbox.flatMap(({ mends, number }) => (mends ? [number] : []));
  return {
    ...(request === undefined ? {} : { r: encodePresence(request) }),
    ...(notices.length === 0 ? {} : { n: notices.map(encodePresence) }),
    ...(outbox.length === 0 ? {} : { o: outbox.map(encodeHandshake) }),
    ...(withdrawn === 0 ? {} : { w: withdrawn }),
    ...(mending.length === 0 ? {} : { m: mending }),
  };
}

/** Its addresses are known from where it is kept: `[type, content, id, lang]`. */
function encodePresence({ type, content, id, lang }: Presence): readonly unknown[] {
  if (lang !== undefined) return [type, content, id ?? 0, lang];
  return id === undefined ? [type, content] : [type, content, id];
}

function encodeHandshake(handshake: Handshake): readonly unknown[] {
  const { id, number, stanza, gone, answers, heard } = handshake;
  const start = [id, number, encodePresence(stanza)];
  if (heard !== undefined) return [...start, gone, 0, heard];
  if (answers !== undefined) return [...start, gone, answers];
  return gone.length === 0 ? start : [...start, gone];
}
