/**
 * The sessions of a gate as those who are shown things: stanzas go to those that hear, and what they see of others is
 * remembered where an owner may die without a word.
 */
import type { Timers } from '@rollcall/store';
import { escapeAttribute } from '@rollcall/xmpp';
import type { GoneSession, ShownSession, ToGate } from '../envelope/envelope.ts';
import type { OutboundStanza } from './session-gate.ts';
import type { SessionTable } from './session-table.ts';
import { Shown } from './shown.ts';

export class Audience {
  readonly #sessions: SessionTable;
  readonly #shown: Shown | undefined;

  /** What was shown is remembered for `memoryMs` after its end; left out where nothing has to be. */
  constructor(sessions: SessionTable, timers: Timers, memoryMs: number | undefined) {
    this.#sessions = sessions;
    const toldSinceMs = (id: number) => sessions.get(id)?.toldSinceMs;
    this.#shown = memoryMs === undefined ? undefined : new Shown(timers, memoryMs, toldSinceMs);
  }

  deliver(envelope: Extract<ToGate, { readonly kind: 'deliver' }>): void {
    const sessions = this.#shown?.admit(envelope) ?? envelope.sessions;
    for (const id of sessions) this.deliverTo(id, envelope);
  }

  deliverTo(id: number, stanza: OutboundStanza): void {
    const session = this.#sessions.get(id);
    if (session?.hears === true) session.receiver.deliver(stanza);
  }

  /** Owners have changed. */
  beCareful(): void {
    this.#shown?.beCareful();
  }

  /** The sessions of users of that shard, or of all, that somebody here sees as available. */
  shown(shard?: number): readonly ShownSession[] {
    return this.#shown?.visible(shard) ?? [];
  }

  /** The sessions that users of these shards see here as available. */
  shownTo(shards: ReadonlySet<number>): readonly ShownSession[] {
    const watchers = new Set<number>();
    for (const shard of shards)
      for (const { ref } of this.#sessions.ofShard(shard)) watchers.add(ref.id);
    return this.#shown?.visibleTo(watchers) ?? [];
  }

  /** They are gone, and their owner cannot say so in the usual way. */
  showGone(sessions: readonly GoneSession[]): void {
    for (const gone of sessions) {
      const from = escapeAttribute(gone.address);
      const stanza = {
        head: `<presence type='unavailable' from='${from}'`,
        tail: '/>',
        presenceOf: gone.address,
      };
      for (const id of this.#shown?.takeGone(gone) ?? []) this.deliverTo(id, stanza);
    }
  }

  stop(): void {
    this.#shown?.stop();
  }
}
