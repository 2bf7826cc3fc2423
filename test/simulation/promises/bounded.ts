/** Promise 6: memory is bounded by configuration, whatever clients do. */
import type { Checker } from './observation.ts';

const promise = '6, bounded';

export function bounded(): Checker {
  return {
    promise,
    observe(observation) {
      if (observation.kind !== 'measured' || observation.amount <= observation.bound)
        return undefined;
      const { where, what, amount, bound } = observation;
      return { promise, kind: 'lie', what: `${where} holds ${amount} ${what}, more than ${bound}` };
    },
    settled: () => undefined,
  };
}
