/** Faults in what a front-end writes on a client's stream. */

/** A stream is resumed, and what its client had not acknowledged is not sent again. */
export function resumesWithoutTheLost(): (text: string) => boolean {
  let isResuming = false;
  return (text) => {
    if (isResuming) return false;
    if (!text.startsWith('<resumed ')) return true;
    // All that was lost is written in the same turn.
    isResuming = true;
    queueMicrotask(() => (isResuming = false));
    return true;
  };
}
