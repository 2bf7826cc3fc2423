/** The sender's side of a broadcast: one envelope per owner and piece, whatever the roster's size. */
import type { Crowd, Effect } from '@rollcall/presence';
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

/** What all pieces of one broadcast have in common. */
type Base = Omit<BroadcastEnvelope, 'to' | 'probe'>;

const none: readonly BareJid[] = [];

export class Broadcaster {
  readonly #options: BroadcasterOptions;

  constructor(options: BroadcasterOptions) {
    this.#options = options;
  }

  /** The first piece for everyone, then the second, and so on: only a large roster is not told in one go. */
  send(user: BareJid, broadcast: Broadcast, { again, onlyTo }: Circumstances): void {
    const { recipients, pacer, metrics, recent } = this.#options;
    recent?.note(user);
    metrics.count('broadcasts');
    const { presence, except } = broadcast;
    const base = {
      kind: 'broadcast',
      presence,
      ...(except && { except }),
      ...(again && { again }),
    } as const;
    const to = recipients.piecesOf(broadcast.to);
    const probe = recipients.piecesOf(broadcast.probe);
    // An arrival is for the probed as well: what comes later is told after all of it.
    const crowd = probe.length === 0 ? to : base;
    const steps = Array.from({ length: Math.max(to.length, probe.length) }, (_, index) => () => {
      this.#say(base, within(onlyTo, to[index]), within(onlyTo, probe[index]));
    });
    pacer.run(user, crowd, steps);
  }

  #say(base: Base, to: Crowd, probe: Crowd): void {
    const { post, recipients, metrics } = this.#options;
    metrics.count(
      'broadcast_recipients',
      to.reduce((sum, part) => sum + part.length, 0),
    );
    const watchers = recipients.sorted(to);
    const watched = recipients.sorted(probe);
    for (const owner of ownersOf(watchers, watched))
      post.toOwner(owner, {
        ...base,
        to: usersOf(watchers, owner),
        probe: usersOf(watched, owner),
      });
    for (const shard of new Set([...watchers.waiting.keys(), ...watched.waiting.keys()]))
      post.toShard(shard, {
        ...base,
        to: watchers.waiting.get(shard) ?? none,
        probe: watched.waiting.get(shard) ?? none,
      });
    this.#sayElsewhere(base, watchers, watched);
  }

  #sayElsewhere(
    { presence, again = false }: Base,
    watchers: Recipients,
    watched: Recipients,
  ): void {
    const { route } = this.#options;
    const { stanza } = presence;
    for (const to of watchers.elsewhere) route({ ...stanza, to }, again);
    const { from } = stanza;
    for (const to of watched.elsewhere)
      route({ kind: 'presence', type: 'probe', ...(from && { from }), to, content: '' }, again);
  }
}

function within(shards: ReadonlySet<number> | undefined, crowd: Crowd = []): Crowd {
  if (shards === undefined) return crowd;
  return crowd.map((part) => part.filter((user) => shards.has(shardOf(user))));
}

function ownersOf(watchers: Recipients, watched: Recipients): ReadonlySet<ProcessId> {
  return new Set([...watchers.byOwner, ...watched.byOwner].map(({ owner }) => owner));
}

function usersOf({ byOwner }: Recipients, owner: ProcessId): readonly BareJid[] {
  return byOwner.find((part) => part.owner === owner)?.users ?? none;
}
