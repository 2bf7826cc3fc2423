/** The user that a stanza has arrived for, and what of them a sender may reach. */

import { bareOf, domainOf, type BareJid, type Jid, type Stanza } from '@rollcall/xmpp';
import { allows, restricts, type PrivacyPolicy } from '../privacy/policy.ts';
import type { JudgedFlow, PartyView } from '../privacy/privacy-list.ts';
import type { Session } from '../session/session.ts';

export interface Receiver {
  readonly jid: BareJid;
  readonly exists: boolean;
  readonly sessions: ReadonlyMap<string, Session>;
  readonly policy: PrivacyPolicy;
  /** What the roster says of a sender. Not asked for the user's own account. */
  readonly partyOf: (jid: Jid) => PartyView;
}

/**
 * Whether the session has shown the sender that it is there: by subscription, while it is available and does not
 * hide from them, or by directed presence (RFC 6121 §8.5.3.1).
 */
export function sharesPresence(
  { jid, policy, partyOf }: Receiver,
  session: Session,
  sender: Jid | undefined,
): boolean {
  if (sender === undefined) return false;
  const bare = bareOf(sender);
  if (bare === jid) return true;
  for (const target of session.directedTo) if (bareOf(target) === bare) return true;
  if (session.presence === undefined) return false;
  const party = partyOf(sender);
  if (party.subscription !== 'from' && party.subscription !== 'both') return false;
  return allows(policy, session.activeList, 'presence-out', party);
}

/** Tells for each session, or with undefined for the user as a whole, whether it accepts the stanza. */
export function acceptance(
  { jid, policy, partyOf }: Receiver,
  { kind, type, from }: Stanza,
  flow: JudgedFlow,
): (session: Session | undefined) => boolean {
  if (from === undefined || bareOf(from) === jid) return () => true;
  const isAnswer = kind === 'iq' && (type === 'result' || type === 'error');
  // What the user's own server answers to the user's own request is not somebody's communication.
  if (isAnswer && from === domainOf(jid)) return () => true;
  let party: PartyView | undefined;
  return (session) => {
    const activeList = session?.activeList;
    if (!restricts(policy, activeList)) return true;
    party ??= partyOf(from);
    return allows(policy, activeList, flow, party);
  };
}
