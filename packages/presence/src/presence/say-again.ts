/**
 * What the user's sessions said may have been lost between processes, and so may what their contacts said: it is said
 * and asked again, as it was. Front-ends know what they have shown already and show nothing twice.
 */

import type { Turn } from '../turn.ts';
import { broadcast, showToResources } from './named-resources.ts';
import { availableSessions, watchersOf } from './watchers.ts';

export function sayAgain(turn: Turn): void {
  const available = availableSessions(turn.state);
  for (const session of available) {
    if (!session.shown) continue;
    const { stanza, stamp } = session.presence;
    const presence = { stanza, stamp };
    turn.emit({ kind: 'deliver', to: available.map(({ ref }) => ref), ...presence });
    const probe = turn.state.roster.crowd('subscriptions');
    broadcast(turn, session, presence, watchersOf(turn.state, session), probe);
    showToResources(turn, session, presence);
  }
}
