/** The one way in which a contact changes: stored first, then shown to the user's clients, then told to the contact. */

import { publishFirst, withOutgoing, type OutgoingHandshake } from '../handshake/outbox.ts';
import { factsOf } from '../subscription/state.ts';
import type { Turn } from '../turn.ts';
import type { ContactEntry } from './contact.ts';
import { pushItem, pushRemoval } from './roster-push.ts';

export interface ContactChangeOptions {
  /** Subscription stanzas for the contact, in order. */
  readonly outgoing?: readonly OutgoingHandshake[];
  /** The client has set the item, so it is pushed even if it is the same (RFC 6121 §2.3.2). */
  readonly isSet?: boolean;
}

export function changeContact(
  turn: Turn,
  after: ContactEntry,
  { outgoing = [], isSet = false }: ContactChangeOptions = {},
): void {
  const before = turn.contact(after.jid);
  const number = turn.tick();
  const isRemoved = before.listed && !after.listed;
  const isShown = after.listed && (isSet || looksDifferent(before, after));
  const versioned = { ...after, version: isShown ? number : before.version };
  const mayRepeat = before.state === after.state;
  const entry = withOutgoing(turn.state.jid, versioned, outgoing, { first: number, mayRepeat });
  const change = isRemoved ? { entry, removedAt: number } : { entry };
  turn.changeRoster([change], number + outgoing.length);
  turn.mustSave();
  if (isShown) pushItem(turn, entry);
  if (isRemoved) pushRemoval(turn, entry.jid, number);
  if (before.outbox.length === 0) publishFirst(turn, entry.jid);
}

function looksDifferent(before: ContactEntry, after: ContactEntry): boolean {
  const [was, is] = [factsOf(before.state), factsOf(after.state)];
  return (
    !before.listed ||
    before.approved !== after.approved ||
    was.subscription !== is.subscription ||
    was.pendingOut !== is.pendingOut
  );
}
