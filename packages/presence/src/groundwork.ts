/**
 * A decision is one turn of whoever makes it. What takes long in it and depends on nothing but the state can be worked
 * out before, in slices, with others in between.
 */

import type { Input } from './input.ts';
import { fetchesAll } from './roster/roster-iq.ts';
import { writeRoster, type WrittenRoster } from './roster/roster-text.ts';
import type { UserState } from './user-state.ts';

/** What was worked out. Where it does not fit the state that is decided on it is passed over, and nothing is lost. */
export type Groundwork = WrittenRoster;

/** The work, which pauses between its slices; undefined where nothing takes long. */
export function groundworkFor(
  { jid, roster }: UserState,
  input: Input,
): Generator<void, Groundwork> | undefined {
  if (input.kind !== 'stanzaReceived' || roster.pages.length === 1) return undefined;
  return fetchesAll(jid, roster, input.stanza) ? writeRoster(roster) : undefined;
}
