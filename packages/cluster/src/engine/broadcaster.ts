/** The sender's side of a broadcast: one envelope per owner and piece, whatever the roster's size. */
import type { Effect } from '@rollcall/presence';
import type { BareJid, Jid, Stanza } from '@rollcall/xmpp';
import type { ToOwner } from '../envelope/envelope.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Post } from '../post/post.ts';
import type { ProcessId } from '../process/process-id.ts';
import { shardOf } from '../shard/shard-of.ts';
import type { Pacer } from './pacer.ts';
import type { RecentSpeakers } from './recent-speakers.ts';
import type { RecipientCache, Recipients } from './recipients.ts';

export type Broadcast = Extract<Effect, { readonly kind: 'broadcast' }>;
type BroadcastEnvelope = Extract<ToOwner, { readonly kind: 'broadcast' }>;

export interface BroadcasterOptions {
  readonly post: Post;
  readonly recipients: RecipientCache;
  readonly pacer: Pacer;
  readonly metrics: Metrics;
  readonly recent: RecentSpeakers | undefined;
  /** For contacts who are no users of a served domain. */
  readonly route: (stanza: Stanza & { readonly to: Jid }, again: boolean) => void;
}

export interface Circumstances {
  /** It may have been said before. */
  readonly again: boolean;
  /** Only to users of these shards. */
  readonly onlyTo: ReadonlySet<number> | undefined;
}

const none: readonly BareJid[] = [];

export class Broadcaster {
  readonly #options: BroadcasterOptions;

  constructor(options: BroadcasterOptions) {
    this.#options = options;
  }

  send(user: BareJid, broadcast: Broadcast, { again, onlyTo }: Circumstances): void {
    const { recipients, pacer, metrics, recent } = this.#options;
    recent?.note(user);
    const { presence, except } = broadcast;
    const to = onlyTo === undefined ? broadcast.to : within(onlyTo, broadcast.to);
    const probe = onlyTo === undefined ? broadcast.probe : within(onlyTo, broadcast.probe);
    metrics.count('broadcasts');
    metrics.count('broadcast_recipients', to.length);
    const base = {
      kind: 'broadcast',
      presence,
      ...(except && { except }),
      ...(again && { again }),
    } as const;
    const watchers = recipients.of(to);
    const watched = recipients.of(probe);
    // An arrival is for the probed as well: what comes later is told after all of it.
    const crowd = probe.length === 0 ? watchers : base;
    pacer.run(user, crowd, this.#steps(base, watchers, watched));
    this.#sendElsewhere(user, presence.stanza, watchers, watched, again);
  }

  /** The first piece for everyone, then the second, and so on: only a large roster is not told in one go. */
  #steps(
    base: Omit<BroadcastEnvelope, 'to' | 'probe'>,
    watchers: Recipients,
    watched: Recipients,
  ): readonly (() => void)[] {
    const { post } = this.#options;
    const sole = soleOwner(watchers, watched);
    if (sole !== undefined) return this.#stepsTo(sole, base, watchers, watched);
    const steps: (() => void)[][] = [];
    const addStep = (index: number, step: () => void) => void (steps[index] ??= []).push(step);
    for (const owner of ownersOf(watchers, watched))
      for (const [index, step] of this.#stepsTo(owner, base, watchers, watched).entries())
        addStep(index, step);
    for (const shard of new Set([...watchers.waiting.keys(), ...watched.waiting.keys()])) {
      const to = watchers.waiting.get(shard) ?? none;
      const probe = watched.waiting.get(shard) ?? none;
      addStep(0, () => post.toShard(shard, { ...base, to, probe }));
    }
    return steps.map((together) => () => {
      for (const step of together) step();
    });
  }

  #stepsTo(
    owner: ProcessId,
    base: Omit<BroadcastEnvelope, 'to' | 'probe'>,
    watchers: Recipients,
    watched: Recipients,
  ): readonly (() => void)[] {
    const { version } = this.#options.post;
    const to = piecesOf(watchers, owner);
    const probe = piecesOf(watched, owner);
    return Array.from({ length: Math.max(to.length, probe.length) }, (_, index) => {
      const envelope = { ...base, to: to[index] ?? none, probe: probe[index] ?? none };
      return () => this.#sendPiece(owner, version, envelope);
    });
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

function within(shards: ReadonlySet<number>, users: readonly BareJid[]): readonly BareJid[] {
  return users.filter((user) => shards.has(shardOf(user)));
}

/** The one who owns all of them, as in most cases: then there is nothing to be sorted. */
function soleOwner(watchers: Recipients, watched: Recipients): ProcessId | undefined {
  if (watchers.waiting.size > 0 || watched.waiting.size > 0) return undefined;
  const [first, ...others] = [...watchers.byOwner, ...watched.byOwner];
  return others.every(({ owner }) => owner === first?.owner) ? first?.owner : undefined;
}

function ownersOf(watchers: Recipients, watched: Recipients): ReadonlySet<ProcessId> {
  return new Set([...watchers.byOwner, ...watched.byOwner].map(({ owner }) => owner));
}

function piecesOf(recipients: Recipients, owner: ProcessId): readonly (readonly BareJid[])[] {
  return recipients.byOwner.find((part) => part.owner === owner)?.pieces ?? [];
}
