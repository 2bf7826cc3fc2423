/**
 * A list of contacts, cut by who owns them and into pieces of a turn's work. The core hands out the same list object as
 * long as the roster does not change, so the work is done once per list and map, not once per presence.
 */
import type { BareJid } from '@rollcall/xmpp';
import type { Post } from '../post/post.ts';
import type { ProcessId } from '../process/process-id.ts';
import { shardOf } from '../shard/shard-of.ts';
import type { Served } from './served.ts';

export interface Recipients {
  readonly byOwner: readonly OwnersPart[];
  /** Those whose shard has no owner at the moment. */
  readonly waiting: ReadonlyMap<number, readonly BareJid[]>;
  /** Those who are not of a served domain. */
  readonly elsewhere: readonly BareJid[];
}

export interface OwnersPart {
  readonly owner: ProcessId;
  readonly pieces: readonly (readonly BareJid[])[];
}

const nobody: Recipients = { byOwner: [], waiting: new Map(), elsewhere: [] };

export class RecipientCache {
  readonly #post: Post;
  readonly #served: Served;
  readonly #pieceSize: number;
  readonly #known = new WeakMap<
    readonly BareJid[],
    { readonly version: number; readonly recipients: Recipients }
  >();

  constructor(post: Post, served: Served, pieceSize: number) {
    this.#post = post;
    this.#served = served;
    this.#pieceSize = pieceSize;
  }

  of(list: readonly BareJid[]): Recipients {
    if (list.length === 0) return nobody;
    const known = this.#known.get(list);
    if (known?.version === this.#post.version) return known.recipients;
    const recipients = this.#cut(list);
    this.#known.set(list, { version: this.#post.version, recipients });
    return recipients;
  }

  #cut(list: readonly BareJid[]): Recipients {
    const byOwner = new Map<ProcessId, BareJid[]>();
    const waiting = new Map<number, BareJid[]>();
    const elsewhere: BareJid[] = [];
    const { soleOwner } = this.#post;
    const ofSoleOwner: BareJid[] = [];
    for (const user of list) {
      if (!this.#served.hasActor(user)) {
        elsewhere.push(user);
        continue;
      }
      // To hash the names of 50,000 contacts in one turn would hold up everybody.
      if (soleOwner !== undefined) {
        ofSoleOwner.push(user);
        continue;
      }
      const shard = shardOf(user);
      const owner = this.#post.ownerOf(shard);
      if (owner === undefined) append(waiting, shard, user);
      else append(byOwner, owner, user);
    }
    if (soleOwner !== undefined && ofSoleOwner.length > 0) byOwner.set(soleOwner, ofSoleOwner);
    const parts = [...byOwner].map(([owner, users]) => ({ owner, pieces: this.#pieces(users) }));
    return { byOwner: parts, waiting, elsewhere };
  }

  #pieces(users: readonly BareJid[]): readonly (readonly BareJid[])[] {
    if (users.length <= this.#pieceSize) return [users];
    const pieces: BareJid[][] = [];
    for (let start = 0; start < users.length; start += this.#pieceSize)
      pieces.push(users.slice(start, start + this.#pieceSize));
    return pieces;
  }
}

function append<K>(lists: Map<K, BareJid[]>, key: K, user: BareJid): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [user]);
  else list.push(user);
}
