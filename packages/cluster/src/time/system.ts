/** The machine's own event loop and dice: the only place of this package where they are touched. */
import type { Turns } from './turns.ts';

/** After the input that is ready has been read, before anything is waited for. */
export const systemTurns: Turns = {
  soon(fn) {
    setImmediate(fn);
  },
};

/** From 0 up to 1, 1 excluded. */
export const systemRandom: () => number = Math.random;
