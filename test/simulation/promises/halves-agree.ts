/** Promise 2: both halves agree once the cluster is quiet. */
import type { BareJid } from '@rollcall/xmpp';
import type { Ledger } from './ledger.ts';
import type { Breach, Checker, Standing } from './observation.ts';
import type { Relations } from './relations.ts';

const promise = '2, halves agree';

export function halvesAgree({ relations }: Ledger): Checker {
  return {
    promise,
    observe: () => undefined,
    settled: (standing) => unfinished(standing, relations) ?? disagreement(standing, relations),
  };
}

function unfinished({ queued, users }: Standing, relations: Relations): Breach | undefined {
  if (queued.length > 0) {
    const what = `handshakes of shards ${queued.join(', ')} are still in the queue`;
    return { promise, kind: 'standstill', what };
  }
  for (const user of users)
    for (const contact of users) {
      const waiting = relations.half(user, contact)?.outbox ?? 0;
      const what = `${waiting} handshakes of ${user} to ${contact} were never sent`;
      if (waiting > 0) return { promise, kind: 'standstill', what };
    }
  return undefined;
}

function disagreement({ users }: Standing, relations: Relations): Breach | undefined {
  for (const one of users)
    for (const other of users) {
      if (one === other || agree(relations, one, other)) continue;
      const [mine, theirs] = [relations.stateOf(one, other), relations.stateOf(other, one)];
      const what = `${one} is ${mine} of ${other}, who is ${theirs} of ${one}`;
      return { promise, kind: 'lie', what };
    }
  return undefined;
}

function agree(relations: Relations, one: BareJid, other: BareJid): boolean {
  const [mine, theirs] = [relations.stateOf(one, other), relations.stateOf(other, one)];
  if (/^(To|Both)/.test(mine) !== /^(From|Both)/.test(theirs)) return false;
  const [asks, isAsked] = [mine.includes('Out'), theirs.endsWith('In')];
  // XEP-0191 §3.3: a request of one who is blocked is as if it had never come.
  const isDeaf = relations.everBlocked(other, one) || relations.wasEverRemoved(other);
  return asks === isAsked || (asks && isDeaf);
}
