/** Promise 5: what one session sends, each watcher sees in that order, and the last one always arrives. */
import { bareOf } from '@rollcall/xmpp';
import type { Ledger } from './ledger.ts';
import type { Breach, Checker, Device, Observation, Standing } from './observation.ts';

const promise = '5, in order to the last';

/** After a change between two users, or a question, one may be told again what one has been told. */
const unrestMs = 120_000;

export function inOrder(ledger: Ledger): Checker {
  return {
    promise,
    observe: (observation) => (observation.kind === 'saw' ? disorder(observation) : undefined),
    settled: lastIsMissing,
  };

  function disorder(saw: Extract<Observation, { readonly kind: 'saw' }>): Breach | undefined {
    const { device, from, number, isDirected, atMs } = saw;
    const view = ledger.view(device, from);
    if (isDirected || view === undefined || bareOf(from) === device.user) return undefined;
    if (number === undefined) {
      if (view.available || mayRepeat(saw)) return undefined;
      return lie(`${device.address} was shown twice that ${from} is gone`);
    }
    if (number > view.number) return undefined;
    if (number === view.number && (mayRepeat(saw) || view.directed)) return undefined;
    return lie(`${device.address} was shown ${from} (${number}) after ${view.number} at ${atMs}`);
  }

  function mayRepeat({ device, from, atMs }: Extract<Observation, { readonly kind: 'saw' }>) {
    const sinceMs = atMs - unrestMs;
    return (
      hasComeBackSince(device, sinceMs) ||
      !ledger.relations.untouchedSince(bareOf(from), device.user, sinceMs) ||
      ledger.hasProbedSince(device, bareOf(from), sinceMs)
    );
  }

  function lastIsMissing({ devices, atMs }: Standing): Breach | undefined {
    for (const watcher of devices)
      for (const watched of devices) {
        if (!isToSee(watcher, watched, atMs)) continue;
        const view = ledger.view(watcher, watched.address);
        if (view?.available && view.number === watched.said) continue;
        const seen =
          view === undefined ? 'nothing' : `${view.number}${view.available ? '' : ', gone'}`;
        const what = `${watcher.address} has not seen the last of ${watched.address}: ${watched.said}, but ${seen}`;
        return { promise, kind: 'standstill', what };
      }
    return undefined;
  }

  function isToSee(watcher: Device, watched: Device, atMs: number): boolean {
    if (watcher.over || watcher.silent || watcher.slow || watched.over || watched.silent)
      return false;
    if (watcher.user === watched.user) return false;
    const { relations } = ledger;
    const asked = relations.stateOf(watcher.user, watched.user);
    return (
      /^(To|Both)/.test(asked) &&
      !relations.everBlocked(watcher.user, watched.user) &&
      relations.entitledWithin(watched.user, watcher.user, atMs, atMs)
    );
  }
}

/** Not for the first time: what it was told before counts no more. */
function hasComeBackSince({ arrivedMs, openedMs }: Device, sinceMs: number): boolean {
  return arrivedMs >= sinceMs && arrivedMs > openedMs + 1_000;
}

function lie(what: string): Breach {
  return { promise, kind: 'lie', what };
}
