/** A client asks how a contact is (XEP-0318). On human request, the XEP says, so it is slowed down beyond that. */

import { bareOf, resourceOf, stanzaError, type Jid, type Presence } from '@rollcall/xmpp';
import { stampedWithDelay, visiblePresence } from '../presence/visible-presence.ts';
import { availableSessions } from '../presence/watchers.ts';
import type { Session } from '../session/session.ts';
import { takeToken } from '../session/token-bucket.ts';
import type { Turn } from '../turn.ts';

export function clientProbe(
  turn: Turn,
  session: Session,
  stanza: Presence & { readonly to: Jid },
): void {
  const { probeBurst: burst, probesPerSecond: perSecond } = turn.state.rules;
  const token = takeToken(session.probePace, { burst, perSecond }, turn.nowMs);
  if (!('bucket' in token)) {
    const text = 'probes are for human requests: too many of them in too short a time';
    const error = stanzaError(stanza, 'policy-violation', { type: 'wait', text });
    if (error) turn.emit({ kind: 'deliver', to: [session.ref], stanza: error });
    return;
  }
  turn.putSession({ ...session, probePace: token.bucket });
  if (bareOf(stanza.to) === turn.state.jid) answerOwn(turn, session, stanza.to);
  else {
    const { to, id } = stanza;
    const probe = { from: session.address, to, reason: 'client' } as const;
    turn.emit({ kind: 'probe', probe: id === undefined ? probe : { ...probe, id } });
  }
}

/** Users watch themselves: they are told of their other resources, or of the last one that went. */
function answerOwn(turn: Turn, session: Session, to: Jid): void {
  const resource = resourceOf(to);
  const others = availableSessions(turn.state).filter((other) =>
    resource === undefined ? other.resource !== session.resource : other.resource === resource,
  );
  for (const other of others) {
    turn.emit({ kind: 'deliver', to: [session.ref], ...stampedWithDelay(other) });
  }
  if (others.length > 0) return;
  const outcome = visiblePresence({ ...turn.state, sessions: new Map() }, to);
  if (outcome.kind !== 'unavailable') return;
  const stanza = resource === undefined ? outcome.stanza : { ...outcome.stanza, from: to };
  turn.emit({ kind: 'deliver', to: [session.ref], stanza });
}
