/** What the roster says of another entity, for the rules that depend on it (XEP-0016 §2.1). */

import { bareOf, type Jid } from '@rollcall/xmpp';
import type { PartyView } from '../privacy/privacy-list.ts';
import { factsOf } from '../subscription/state.ts';
import { nothing, type ContactEntry } from './contact.ts';
import type { Roster } from './roster.ts';

export function partyOf(roster: Roster, jid: Jid): PartyView {
  const entry = roster.get(bareOf(jid));
  return entry === undefined
    ? { jid, subscription: 'none', groups: nothing }
    : partyOfEntry(entry, jid);
}

export function partyOfEntry({ state, groups }: ContactEntry, jid: Jid): PartyView {
  return { jid, subscription: factsOf(state).subscription, groups };
}
