/**
 * What the user's sessions said may have been lost between processes, and so may what their contacts said: it is said
 * and asked again, as it was. Front-ends know what they have shown already and show nothing twice.
 */

import type { Turn } from '../turn.ts';
import { availableSessions, watchersOf } from './watchers.ts';

export function sayAgain(turn: Turn): void {
  const available = availableSessions(turn.state);
  for (const session of available) {
    if (!session.shown) continue;
    const { stanza, stamp } = session.presence;
    turn.emit({ kind: 'deliver', to: available.map(({ ref }) => ref), stanza, stamp });
    const to = watchersOf(turn.state, session);
    const probe = turn.state.roster.list('subscriptions');
    if (to.length === 0 && probe.length === 0) continue;
    turn.emit({ kind: 'broadcast', presence: { stanza, stamp }, to, probe });
  }
}
