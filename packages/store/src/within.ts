/** Waits for something, but not longer than a given time. */
import type { Timers } from './timers.ts';

/** Whether it came in time. */
export async function within(
  timers: Timers,
  awaited: Promise<unknown>,
  timeoutMs: number,
): Promise<boolean> {
  let cancel = (): void => undefined;
  const timeout = new Promise<false>((resolve) => {
    cancel = timers.setTimeout(() => resolve(false), timeoutMs);
  });
  const inTime = await Promise.race([awaited.then(() => true), timeout]);
  cancel();
  return inTime;
}
