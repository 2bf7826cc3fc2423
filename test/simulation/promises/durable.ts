/** Promise 1: what a client has been told of a subscription is in the store by then, and stays there whoever dies. */
import type { SubscriptionState } from '@rollcall/presence';
import type { Item, Ledger } from './ledger.ts';
import type { Breach, Checker, Observation } from './observation.ts';

const promise = '1, durable';

export function durable(ledger: Ledger): Checker {
  /** Of a device and contact: how much of the record's history the client has been told of. */
  const heard = new Map<string, number>();
  return {
    promise,
    observe: (observation) => (observation.kind === 'item' ? check(observation) : undefined),
    settled: () => outdatedRoster(ledger),
  };

  function check(observation: Extract<Observation, { readonly kind: 'item' }>): Breach | undefined {
    const { device, contact } = observation;
    const key = `${device.address} ${device.numberedFrom} ${contact}`;
    const history = ledger.relations.history(device.user, contact);
    const from = heard.get(key) ?? 0;
    const found = history.findIndex((state, index) => index >= from && isShown(state, observation));
    if (found >= 0) {
      heard.set(key, found);
      return undefined;
    }
    const since = history.slice(from).join(', ');
    const what = `${device.address} was told of ${contact} ${textOf(observation)}, the record has been ${since}`;
    return { promise, kind: 'lie', what };
  }
}

/** A client that is there hears of every change. */
function outdatedRoster(ledger: Ledger): Breach | undefined {
  for (const [device, items] of ledger.rosters())
    for (const [contact, item] of items) {
      const state = ledger.relations.stateOf(device.user, contact);
      if (device.over || device.slow || isShown(state, item)) continue;
      if (device.lostMs !== undefined) continue;
      // Nobody is told of what was lost with all that knew of it.
      if (ledger.relations.lostMs(device.user, contact) >= device.openedMs) continue;
      const what = `${device.address} was told last of ${contact} ${textOf(item)}, the record is ${state}`;
      return { promise, kind: 'lie', what };
    }
  return undefined;
}

function isShown(state: SubscriptionState, { subscription, asked }: Item): boolean {
  const [shown = ''] = state.toLowerCase().split(' ');
  const isAsked = state.includes('Out');
  if (subscription === 'remove') return shown === 'none' && !isAsked;
  return shown === subscription && isAsked === asked;
}

function textOf({ subscription, asked }: Item): string {
  return `'${subscription}'${asked ? ', asked' : ''}`;
}
