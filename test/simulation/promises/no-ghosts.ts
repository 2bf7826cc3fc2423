/**
 * Promise 3: no ghosts. Nobody goes on seeing a session that is gone, and no session that lives is ever shown as gone
 * to somebody who may see it.
 */
import { bareOf } from '@rollcall/xmpp';
import type { Ledger } from './ledger.ts';
import {
  isCatchingUp,
  mayHaveExpired,
  type Breach,
  type Checker,
  type Device,
  type Standing,
} from './observation.ts';

const promise = '3, no ghosts';

/** After a change between two users, and after one went and came back, the going may be shown for so long. */
const unrestMs = 120_000;

export function noGhosts(ledger: Ledger): Checker {
  return {
    promise,
    observe(observation) {
      if (observation.kind === 'over') return wronglyReplaced(observation.device, observation.why);
      if (observation.kind !== 'saw' || observation.isDirected) return undefined;
      if (observation.number !== undefined) return undefined;
      const watched = ledger.device(observation.from);
      return watched && shownAsGone(observation.device, watched, observation.atMs);
    },
    settled: (standing) => intruder(standing) ?? twin(standing) ?? ghost(standing),
  };

  /** RFC 6120 §7.7.2.2, as it is here: the newer of two with one address stays. */
  function wronglyReplaced({ address, contestedMs }: Device, why: string): Breach | undefined {
    if (why !== 'conflict' || contestedMs > -Infinity) return undefined;
    return { promise, kind: 'lie', what: `${address} was ended for the sake of an older session` };
  }

  function shownAsGone(watcher: Device, watched: Device, atMs: number): Breach | undefined {
    const { relations } = ledger;
    if (watched.over || watched.silent || watched.user === watcher.user) return undefined;
    if (isCatchingUp(watcher, atMs) || mayHaveExpired(watched, atMs)) return undefined;
    if (watched.silencedMs >= atMs - unrestMs) return undefined;
    // Another session that had the address before, or is about to have it.
    const shown = ledger.view(watcher, watched.address)?.number ?? 0;
    if (shown <= watched.numberedFrom || watched.contestedMs >= atMs - unrestMs) return undefined;
    if (!relations.untouchedSince(watched.user, watcher.user, atMs - unrestMs)) return undefined;
    const what = `${watched.address} lives, and was shown as gone to ${watcher.address}`;
    return { promise, kind: 'lie', what };
  }

  function intruder({ devices }: Standing): Breach | undefined {
    const device = devices.find(({ user, over }) => !over && !ledger.relations.hasAccount(user));
    const what = `${device?.address ?? ''} lives on without an account`;
    return device && { promise, kind: 'standstill', what };
  }

  function twin({ devices }: Standing): Breach | undefined {
    const living = devices.filter(({ over, lostMs }) => !over && lostMs === undefined);
    const addresses = new Set<string>();
    for (const { address } of living) {
      const what = `${address} lives twice`;
      if (addresses.has(address)) return { promise, kind: 'standstill', what };
      addresses.add(address);
    }
    return undefined;
  }

  function ghost({ atMs }: Standing): Breach | undefined {
    for (const [watcher, address, view] of ledger.views()) {
      const watched = ledger.device(address);
      if (!view.available || watcher.over || watcher.slow) continue;
      if (watched === undefined || watched.user === watcher.user) continue;
      // Whoever has blocked somebody hears nothing of them any more.
      if (ledger.relations.everBlocked(watcher.user, watched.user)) continue;
      const isGone = watched.over || (watched.silent && !view.directed);
      if (!isGone && (view.directed || mayBeSeen(watcher, watched, atMs))) continue;
      const why = isGone ? 'is gone' : 'may not be seen any more';
      const what = `${address} ${why}, and is still seen by ${watcher.address}`;
      return { promise, kind: 'standstill', what };
    }
    return undefined;
  }

  function mayBeSeen(watcher: Device, { address }: Device, atMs: number): boolean {
    return ledger.relations.entitledWithin(bareOf(address), watcher.user, atMs, atMs);
  }
}
