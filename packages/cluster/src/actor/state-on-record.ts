/**
 * What an actor goes on with when its record was read again. What the store has lost of what it acknowledged is still
 * known to the actor: it is saved again. That somebody else has written since cannot be, for then the record would be
 * newer.
 */
import type { UserState } from '@rollcall/presence';
import type { Metrics } from '../metrics/metrics.ts';
import type { PresenceCore } from './presence-core.ts';
import type { Loaded } from './record-keeper.ts';

export function stateOnRecord(
  known: UserState,
  { exists, record, freshness }: Loaded,
  { core, metrics }: { readonly core: PresenceCore; readonly metrics: Metrics },
): UserState {
  const isOurs = known.degraded === undefined && known.exists === exists;
  if (freshness !== 'older' || !isOurs) return core.adoptRecord(known, record);
  metrics.count('records_given_back');
  return core.asUnsaved(known);
}
