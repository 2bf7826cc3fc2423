// The presence core: what one user's actor does about one fact. No clock, no randomness, no I/O, no exceptions for
// what a peer did wrong (ARCHITECTURE.md, "The core decides, the shell acts").

import type { Effect } from './effect.ts';
import type { UserState } from './user-state.ts';

/** The next state and what must be done for it to be true, in order. */
export interface Decision {
  readonly state: UserState;
  readonly effects: readonly Effect[];
}
