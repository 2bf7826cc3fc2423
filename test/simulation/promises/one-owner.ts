/** Scenarios 3 and 4: whoever is declared dead has stopped acting by then; there are never two owners. */
import type { Checker } from './observation.ts';

const promise = '0, one owner';

/** What was sent before may be carried out so much later. */
const underWayMs = 2_000;

export function oneOwner(): Checker {
  return {
    promise,
    observe(observation) {
      if (observation.kind !== 'lateWrite') return undefined;
      const { by, buriedMs, atMs } = observation;
      if (atMs - buriedMs <= underWayMs) return undefined;
      const what = `${by} wrote a record, declared dead ${Math.round(atMs - buriedMs)} ms ago`;
      return { promise, kind: 'lie', what };
    },
    settled: () => undefined,
  };
}
