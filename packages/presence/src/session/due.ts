/** What happens to a user by the passing of time alone. */

import type { UserState } from '../user-state.ts';

/** When the actor has to be told the time, epoch milliseconds; undefined if never. */
export function nextDueMs({ sessions, writeByMs }: UserState): number | undefined {
  let dueMs = writeByMs;
  for (const { held, arrival } of sessions.values()) {
    if (held !== undefined) dueMs = Math.min(dueMs ?? held.untilMs, held.untilMs);
    if (arrival !== undefined) dueMs = Math.min(dueMs ?? arrival.untilMs, arrival.untilMs);
  }
  return dueMs;
}
