/**
 * What is for users of shards that have no owner at the moment, in order, bounded. Of broadcasts only the newest of
 * each session is kept; past the bound the oldest goes.
 */
import type { ToOwner } from '../envelope/envelope.ts';

export class WaitingRoom {
  readonly #limitPerShard: number;
  readonly #dropped: () => void;
  readonly #shards = new Map<number, ToOwner[]>();

  constructor(limitPerShard: number, dropped: () => void) {
    this.#limitPerShard = limitPerShard;
    this.#dropped = dropped;
  }

  add(shard: number, envelope: ToOwner): void {
    let waiting = this.#shards.get(shard);
    if (waiting === undefined) this.#shards.set(shard, (waiting = []));
    waiting.push(envelope);
    if (waiting.length <= this.#limitPerShard) return;
    const kept = withoutOutdated(waiting);
    if (kept.length === waiting.length) {
      kept.shift();
      this.#dropped();
    }
    this.#shards.set(shard, kept);
  }

  /** Everything that waits for the shard; it waits no more. */
  takeAll(shard: number): readonly ToOwner[] {
    const waiting = this.#shards.get(shard) ?? [];
    this.#shards.delete(shard);
    return waiting;
  }
}

/**
 * A later broadcast of the same session makes an earlier one needless, unless that one asks something too. One to a
 * large roster comes in pieces, which have one number.
 */
function withoutOutdated(envelopes: readonly ToOwner[]): ToOwner[] {
  const newest = new Map<string, number>();
  for (const envelope of envelopes) {
    if (envelope.kind !== 'broadcast') continue;
    const session = sessionOf(envelope);
    newest.set(session, Math.max(newest.get(session) ?? 0, envelope.presence.stamp.seq));
  }
  return envelopes.filter(
    (envelope) =>
      envelope.kind !== 'broadcast' ||
      envelope.probe.length > 0 ||
      newest.get(sessionOf(envelope)) === envelope.presence.stamp.seq,
  );
}

function sessionOf({ presence }: Extract<ToOwner, { readonly kind: 'broadcast' }>): string {
  const { frontEnd, id } = presence.stamp.session;
  return `${frontEnd} ${id}`;
}
