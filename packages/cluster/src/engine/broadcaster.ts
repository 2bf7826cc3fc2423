/** The sender's side of a broadcast: one envelope per owner and piece, whatever the roster's size. */
import type { Crowd, Effect } from '@rollcall/presence';
import type { BareJid, FullJid, Jid, Stanza } from '@rollcall/xmpp';
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
interface Base {
  readonly presence: BroadcastEnvelope['presence'];
  readonly except: readonly FullJid[] | undefined;
  readonly again: boolean;
}

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
    const base = { presence, except, again };
    const to = recipients.piecesOf(broadcast.to);
    const probe = recipients.piecesOf(broadcast.probe);
    // An arrival is for the probed as well: what comes later is told after all of it.
    const crowd = probe.length === 0 ? to : base;
    const count = Math.max(to.length, probe.length);
    const say = (index: number) =>
      this.#say(base, within(onlyTo, to[index]), within(onlyTo, probe[index]));
    if (count <= 1 && !pacer.isSaying(user)) {
      if (count === 1) say(0);
      return;
    }
    const steps = Array.from({ length: count }, (_, index) => () => say(index));
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
    for (const { owner, users } of watchers.byOwner)
      post.toOwner(owner, envelopeOf(base, users, usersOf(watched, owner) ?? none));
    for (const { owner, users } of watched.byOwner)
      if (usersOf(watchers, owner) === undefined)
        post.toOwner(owner, envelopeOf(base, none, users));
    for (const [shard, users] of watchers.waiting)
      post.toShard(shard, envelopeOf(base, users, watched.waiting.get(shard) ?? none));
    for (const [shard, users] of watched.waiting)
      if (!watchers.waiting.has(shard)) post.toShard(shard, envelopeOf(base, none, users));
    this.#sayElsewhere(base, watchers, watched);
  }

  #sayElsewhere({ presence, again }: Base, watchers: Recipients, watched: Recipients): void {
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

function usersOf({ byOwner }: Recipients, owner: ProcessId): readonly BareJid[] | undefined {
  return byOwner.find((part) => part.owner === owner)?.users;
}

/** Of one shape as a rule: what reads thousands of them a second need not look for its fields. */
function envelopeOf(
  { presence, except, again }: Base,
  to: readonly BareJid[],
  probe: readonly BareJid[],
): BroadcastEnvelope {
  const envelope: BroadcastEnvelope = { kind: 'broadcast', presence, to, probe };
  if (except === undefined && !again) return envelope;
  return { ...envelope, ...(except && { except }), ...(again && { again }) };
}
