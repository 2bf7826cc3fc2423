/** Promise 4: nobody sees presence that they may not see. */
import { bareOf } from '@rollcall/xmpp';
import type { Ledger, View } from './ledger.ts';
import { isCatchingUp, type Breach, type Checker, type Observation } from './observation.ts';

const promise = '4, only who may see';

/** What is on its way when somebody ceases to be entitled may arrive for so long. */
const underWayMs = 60_000;

export function onlyWhoMaySee(ledger: Ledger): Checker {
  return {
    promise,
    observe: (observation) => (observation.kind === 'saw' ? check(observation) : undefined),
    settled: () => undefined,
  };

  function check(saw: Extract<Observation, { readonly kind: 'saw' }>): Breach | undefined {
    const { device, from, number, isDirected, atMs } = saw;
    const user = bareOf(from);
    if (isCatchingUp(device, atMs)) return undefined;
    if (isDirected || number === undefined || user === device.user) return undefined;
    const sinceMs = Math.max(
      ledger.saidMs(from, number),
      device.openedMs - underWayMs,
      barredMs(saw) ?? -Infinity,
    );
    if (ledger.relations.entitledWithin(user, device.user, sinceMs, atMs)) return undefined;
    const what = `${device.address} was shown ${from} (${number}), which it may not see`;
    return { promise, kind: 'lie', what };
  }

  /** Whoever was shown as gone because they may not be seen stays gone until they may be seen again. */
  function barredMs(saw: Extract<Observation, { readonly kind: 'saw' }>) {
    const { device, from } = saw;
    const view = ledger.view(device, from);
    if (view?.goneMs === undefined || hasGoneByItself(view, saw)) return undefined;
    const barredMs = ledger.relations.barredSinceMs(bareOf(from), device.user, view.goneMs);
    return barredMs === undefined ? undefined : barredMs + 0.001;
  }

  /** What it said itself between what was shown before and what is shown now may arrive late, as all that it says. */
  function hasGoneByItself(
    { number: before, timesGone }: View,
    { from, number }: Extract<Observation, { readonly kind: 'saw' }>,
  ): boolean {
    return timesGone > 0 && timesGone <= ledger.goingsBetween(from, before, number ?? before);
  }
}
