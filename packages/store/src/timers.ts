/**
 * Time as a port, so that a simulator can run everything that waits on a virtual clock.
 */

export interface Timers {
  /** Milliseconds since the Unix epoch. Never goes back while the process lives, so differences are elapsed time. */
  now(): number;
  /** Calls `fn` once, no sooner than `ms` milliseconds from now; the answer cancels it. */
  setTimeout(fn: () => void, ms: number): () => void;
}

/** Read once: Node looks it up outside of JavaScript each time, and the time is asked for with every stanza. */
const startedMs = performance.timeOrigin;

/** The machine's clock: the wall clock as it was when the process started, plus monotonic time since. */
export const systemTimers: Timers = {
  now: () => startedMs + performance.now(),
  setTimeout(fn, ms) {
    const timer = setTimeout(fn, ms);
    return () => clearTimeout(timer);
  },
};
