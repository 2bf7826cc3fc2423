/**
 * Many contacts at once, as the parts that they are kept in: each part is the same object as long as its page of the
 * roster stays as it is. Whoever works out something for 50,000 contacts need do so only for the parts that are new.
 */

import type { BareJid } from '@rollcall/xmpp';
import { nothing } from './contact.ts';

/** No part is empty, and nobody is in two of them. */
export type Crowd = readonly (readonly BareJid[])[];

export const nobody: Crowd = nothing;

export function crowdOf(contacts: readonly BareJid[]): Crowd {
  return contacts.length === 0 ? nobody : [contacts];
}

/** Those of the crowd that `which` chooses. */
export function someOf(crowd: Crowd, which: (contact: BareJid) => boolean): Crowd {
  return crowd.map((part) => part.filter(which)).filter((part) => part.length > 0);
}
