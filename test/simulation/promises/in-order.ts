/** Promise 5: what one session sends, each watcher sees in that order, and the last one always arrives. */
import { bareOf } from '@rollcall/xmpp';
import { rules } from '../world/limits.ts';
import type { Ledger } from './ledger.ts';
import {
  isCatchingUp,
  type Breach,
  type Checker,
  type Device,
  type Observation,
  type Standing,
} from './observation.ts';

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
      // Of what waits for a slow reader only the newest of each is kept: two ends may come to follow each other.
      if (view.available || mayRepeat(saw) || isCatchingUp(device, atMs)) return undefined;
      if (isEndOfDirected(saw)) return undefined;
      return lie(`${device.address} was shown twice that ${from} is gone`);
    }
    if (number > view.number) return undefined;
    const isOld = view.directed || isCatchingUp(device, atMs);
    if (number === view.number && (isOld || mayRepeat(saw))) return undefined;
    return lie(`${device.address} was shown ${from} (${number}) after ${view.number} at ${atMs}`);
  }

  /**
   * Whoever was sent presence directly is told when the session ends (RFC 6121 §4.6), also if they came to watch it and
   * were told that it is gone when their subscription ended (§3.2.2): once for each.
   */
  function isEndOfDirected({ device, from }: Extract<Observation, { readonly kind: 'saw' }>) {
    const timesGone = ledger.view(device, from)?.timesGone ?? 0;
    return timesGone < 2 && ledger.hasDirected(from, device.user);
  }

  function mayRepeat({ device, from, atMs }: Extract<Observation, { readonly kind: 'saw' }>) {
    const sinceMs = atMs - unrestMs;
    return (
      hasArrivedBetween(device, sinceMs, atMs) ||
      !ledger.relations.untouchedSince(bareOf(from), device.user, sinceMs) ||
      ledger.hasProbedSince(device, bareOf(from), sinceMs)
    );
  }

  function lastIsMissing({ devices, atMs }: Standing): Breach | undefined {
    for (const watcher of devices)
      for (const watched of devices) {
        if (!isToSee(watcher, watched, atMs)) continue;
        const view = ledger.view(watcher, watched.address);
        if (view?.available && Math.max(view.number, view.standsFor) === watched.said) continue;
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
    if (watcher.lostMs !== undefined || watched.lostMs !== undefined) return false;
    if (watcher.user === watched.user) return false;
    const { relations } = ledger;
    const asked = relations.stateOf(watcher.user, watched.user);
    return (
      /^(To|Both)/.test(asked) &&
      !relations.everBlocked(watcher.user, watched.user) &&
      !relations.blocksByRecord(watched.user, watcher.user) &&
      relations.entitledWithin(watched.user, watcher.user, atMs, atMs)
    );
  }
}

/**
 * It is told of everybody by what they say and by their answers, once, as long as both come soon. When it has come back,
 * what it was told before counts no more.
 */
function hasArrivedBetween({ arrivedMs, openedMs }: Device, fromMs: number, toMs: number): boolean {
  const isBack = arrivedMs > openedMs + 1_000;
  return arrivedMs >= fromMs && (isBack || arrivedMs <= toMs - rules.arrivalWindowMs);
}

function lie(what: string): Breach {
  return { promise, kind: 'lie', what };
}
