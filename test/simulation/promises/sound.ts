/** What is assumed by all promises: nothing of ours fails by its own fault, no envelope is dropped for want of care. */
import type { Checker } from './observation.ts';

const promise = '0, sound';

export function sound(): Checker {
  return {
    promise,
    observe(observation) {
      if (observation.kind !== 'failure') return undefined;
      return { promise, kind: 'crash', what: `${observation.node}: ${observation.what}` };
    },
    settled: () => undefined,
  };
}
