/** Brings two halves together that fell out of step, by the stanzas that the RFC has for it. */

import type { BareJid } from '@rollcall/xmpp';
import type { SessionRef } from '../session/session-ref.ts';
import type { Turn } from '../turn.ts';
import { applyInbound } from './inbound.ts';
import { changeHalf } from './outbound.ts';

/**
 * The contact's half does not know of our subscription. Ours ends, as if `unsubscribed` had come, and the contact is
 * told durably: had its half been changed meanwhile, the two would agree again. Tells which sessions were shown it.
 */
export function endSubscription(turn: Turn, contact: BareJid): readonly SessionRef[] {
  const stanza = {
    kind: 'presence',
    type: 'unsubscribed',
    from: contact,
    to: turn.state.jid,
    content: '',
  } as const;
  const shown = applyInbound(turn, stanza, { isBlocked: false, number: 0 });
  changeHalf(turn, contact, { type: 'unsubscribe' });
  return shown;
}
