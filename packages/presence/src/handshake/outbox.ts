/**
 * The way of subscription stanzas out of this half: stored with the new state, then put into the durable queue, then
 * forgotten. Per contact only the first is on its way, so that none overtakes another.
 */

import { nothing, type ContactEntry } from '../roster/contact.ts';
import { bareOf, type BareJid, type FullJid } from '@rollcall/xmpp';
import type { Handshake } from '../input.ts';
import type { SubscriptionType } from '../subscription/subscription-type.ts';
import type { Turn } from '../turn.ts';

/** A subscription stanza to a contact, before it has a number. */
export interface OutgoingHandshake {
  readonly type: SubscriptionType;
  readonly id?: string;
  readonly lang?: string;
  readonly content?: string;
  readonly gone?: readonly FullJid[];
  /** As in `Handshake`. */
  readonly answers?: number;
  readonly mends?: true;
}

export interface OutgoingOptions {
  /** The number of the first of them. */
  readonly first: number;
  /** Nothing has changed between the two: what says again what was said last is left out. */
  readonly mayRepeat: boolean;
}

/** The contact with more in its outbox. */
export function withOutgoing(
  user: BareJid,
  entry: ContactEntry,
  outgoing: readonly OutgoingHandshake[],
  { first, mayRepeat }: OutgoingOptions,
): ContactEntry {
  const outbox = [...entry.outbox];
  let { asked, withdrawn } = entry;
  let number = first;
  for (const { type, content = '', gone = nothing, id, lang, answers, mends } of outgoing) {
    const last = outbox.at(-1);
    const isSame = last?.stanza.type === type && answers === last.answers;
    if (mayRepeat && isSame && gone.length === 0) continue;
    const stanza = {
      kind: 'presence',
      type,
      from: user,
      to: entry.jid,
      content,
      ...(id === undefined ? {} : { id }),
      ...(lang === undefined ? {} : { lang }),
    } as const;
    const handshake = { id: `${user}/${entry.jid}/${number}`, number, stanza, gone };
    const isAsking = type === 'subscribe' || type === 'unsubscribe';
    if (isAsking) {
      outbox.push({ ...handshake, ...(mends === undefined ? {} : { mends }) });
      asked = number;
    } else if (answers === undefined) outbox.push({ ...handshake, heard: entry.heard });
    else outbox.push({ ...handshake, answers });
    if (type === 'unsubscribe') withdrawn = number;
    number += 1;
  }
  return { ...entry, asked, withdrawn, outbox };
}

export function publishFirst(turn: Turn, contact: BareJid): void {
  const [handshake] = turn.contact(contact).outbox;
  if (handshake !== undefined) turn.emit({ kind: 'publish', contact, handshake });
}

/** All that may not have reached the queue, when the actor was just loaded. The queue knows what it has had before. */
export function publishAgain(turn: Turn): void {
  for (const contact of turn.state.roster.list('unsettled')) publishFirst(turn, contact);
}

/** The queue has it. Forgetting that may wait: to send it again would change nothing. */
export function handshakePublished(turn: Turn, contact: BareJid, id: string): void {
  const entry = turn.contact(contact);
  if (entry.outbox[0]?.id !== id) {
    acknowledgeAnswered(turn, id);
    return;
  }
  const settled = { ...entry, outbox: entry.outbox.slice(1) };
  turn.changeRoster([{ entry: settled }], turn.state.roster.clock);
  publishFirst(turn, contact);
}

/**
 * The contact speaks of what it has heard: with what follows from that it is saved that it need not be sent again. Or a
 * crash would repeat it to a contact who has forgotten it since.
 */
export function forgetHeard(turn: Turn, contact: BareJid, heard: number): void {
  const entry = turn.contact(contact);
  const outbox = entry.outbox.filter(({ number }) => number > heard);
  if (outbox.length === entry.outbox.length) return;
  turn.changeRoster([{ entry: { ...entry, outbox } }], turn.state.roster.clock);
  publishFirst(turn, contact);
}

/** The number of an automatic answer that leaves no trace in its sender's record, so that no number is used up by it. */
export const unnumbered = 0;

/** For those without a record: the delivery is acknowledged once the answer to it is in the queue. */
export function answerWithoutRecord(
  turn: Turn,
  delivery: string,
  { id, number, stanza }: Handshake,
  type: SubscriptionType,
): void {
  const { jid, awaitingReply } = turn.state;
  const contact = bareOf(stanza.from ?? jid);
  const reply = { kind: 'presence', type, from: jid, to: contact, content: '' } as const;
  const handshake = {
    id: `${id}/${type}`,
    number: unnumbered,
    stanza: reply,
    answers: number,
    gone: nothing,
  };
  turn.update({ awaitingReply: new Map(awaitingReply).set(handshake.id, delivery) });
  turn.emit({ kind: 'publish', contact, handshake });
}

function acknowledgeAnswered(turn: Turn, id: string): void {
  const delivery = turn.state.awaitingReply.get(id);
  if (delivery === undefined) return;
  const awaitingReply = new Map(turn.state.awaitingReply);
  awaitingReply.delete(id);
  turn.update({ awaitingReply });
  turn.emit({ kind: 'acknowledge', delivery });
}
