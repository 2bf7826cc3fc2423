/**
 * Turns of the event loop as a port beside `Timers`, so that a simulator decides when work that was put off is done.
 */

export interface Turns {
  /** Calls `fn` once, in a later turn; in the order of asking. */
  soon(fn: () => void): void;
}
