/** Promise 5, over streams that are resumed (XEP-0198 §5): what was not acknowledged is sent again, once, in order. */
import type { Breach, Checker, Device, Standing } from './observation.ts';

const promise = '5, in order to the last';

export function sentAgain(): Checker {
  return {
    promise,
    observe(observation) {
      if (observation.kind !== 'sentAgain' || observation.before === observation.now)
        return undefined;
      const { device, before, now } = observation;
      return { promise, kind: 'lie', what: `${device.address} lost ${before}, and got ${now}` };
    },
    settled: ({ devices }: Standing): Breach | undefined => {
      const device = devices.find(isOwed);
      if (device === undefined) return undefined;
      const what = `${device.address} was never sent ${device.owed()} stanzas again that it lost`;
      return { promise, kind: 'standstill', what };
    },
  };
}

function isOwed({ over, lostMs, owed }: Device): boolean {
  return !over && lostMs === undefined && owed() > 0;
}
