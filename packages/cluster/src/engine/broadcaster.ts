/** The sender's side of a broadcast: one envelope per owner and piece, whatever the roster's size. */
import type { Effect } from '@rollcall/presence';
import type { BareJid, Jid, Stanza } from '@rollcall/xmpp';
import type { ToOwner } from '../envelope/envelope.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Post } from '../post/post.ts';
import type { ProcessId } from '../process/process-id.ts';
import type { Pacer } from './pacer.ts';
import type { RecentBroadcasts } from './recent-broadcasts.ts';
import type { RecipientCache, Recipients } from './recipients.ts';

export type Broadcast = Extract<Effect, { readonly kind: 'broadcast' }>;
type BroadcastEnvelope = Extract<ToOwner, { readonly kind: 'broadcast' }>;

export interface BroadcasterOptions {
  readonly post: Post;
  readonly recipients: RecipientCache;
  readonly pacer: Pacer;
  readonly metrics: Metrics;
  readonly recent: RecentBroadcasts | undefined;
  /** For contacts who are no users of a served domain. */
  readonly route: (stanza: Stanza & { readonly to: Jid }, again: boolean) => void;
}

const none: readonly BareJid[] = [];

export class Broadcaster {
  readonly #options: BroadcasterOptions;

  constructor(options: BroadcasterOptions) {
    this.#options = options;
  }

  send(user: BareJid, broadcast: Broadcast, again: boolean): void {
    this.#options.recent?.note(user, broadcast);
    this.#send(user, broadcast, again);
  }

  /** Part of what was broadcast before. */
  repeat(user: BareJid, broadcast: Broadcast): void {
    this.#send(user, broadcast, true);
  }

  #send(user: BareJid, { presence, to, probe }: Broadcast, again: boolean): void {
    const { recipients, pacer, metrics } = this.#options;
    metrics.count('broadcasts');
    metrics.count('broadcast_recipients', to.length);
    const base = { kind: 'broadcast', presence, ...(again ? { again: true } : {}) } as const;
    const watchers = recipients.of(to);
    const watched = recipients.of(probe);
    pacer.run(user, this.#steps(base, watchers, watched));
    this.#sendElsewhere(user, presence.stanza, watchers, watched, again);
  }

  #steps(
    base: Omit<BroadcastEnvelope, 'to' | 'probe'>,
    watchers: Recipients,
    watched: Recipients,
  ): (() => void)[] {
    const { post } = this.#options;
    const { version } = post;
    const steps: (() => void)[] = [];
    for (const owner of ownersOf(watchers, watched)) {
      const to = piecesOf(watchers, owner);
      const probe = piecesOf(watched, owner);
      for (let index = 0; index < Math.max(to.length, probe.length); index++) {
        const envelope = { ...base, to: to[index] ?? none, probe: probe[index] ?? none };
        steps.push(() => this.#sendPiece(owner, version, envelope));
      }
    }
    for (const shard of new Set([...watchers.waiting.keys(), ...watched.waiting.keys()])) {
      const to = watchers.waiting.get(shard) ?? none;
      const probe = watched.waiting.get(shard) ?? none;
      steps.push(() => post.toShard(shard, { ...base, to, probe }));
    }
    return steps;
  }

  /** A piece that has waited for its turn is cut anew if owners have changed meanwhile. */
  #sendPiece(owner: ProcessId, version: number, envelope: BroadcastEnvelope): void {
    const { post, recipients } = this.#options;
    if (post.version === version) {
      post.toOwner(owner, envelope);
      return;
    }
    const { to, probe, ...base } = envelope;
    for (const step of this.#steps(base, recipients.of(to), recipients.of(probe))) step();
  }

  #sendElsewhere(
    user: BareJid,
    stanza: Stanza,
    watchers: Recipients,
    watched: Recipients,
    again: boolean,
  ): void {
    const { pacer, route } = this.#options;
    for (const to of watchers.elsewhere) pacer.inOrder(user, () => route({ ...stanza, to }, again));
    const { from } = stanza;
    for (const to of watched.elsewhere)
      pacer.inOrder(user, () =>
        route({ kind: 'presence', type: 'probe', ...(from && { from }), to, content: '' }, again),
      );
  }
}

function ownersOf(watchers: Recipients, watched: Recipients): ReadonlySet<ProcessId> {
  return new Set([...watchers.byOwner, ...watched.byOwner].map(({ owner }) => owner));
}

function piecesOf(recipients: Recipients, owner: ProcessId): readonly (readonly BareJid[])[] {
  return recipients.byOwner.find((part) => part.owner === owner)?.pieces ?? [];
}
