/**
 * A crowd, cut into pieces of a turn's work, and each piece sorted by who owns its users when its turn comes: nothing
 * is done to 50,000 contacts in one go. Sorting is remembered for each part of the crowd as long as owners stay the
 * same, so that after a change of one contact only its part is sorted anew.
 */
import type { Crowd } from '@rollcall/presence';
import type { BareJid } from '@rollcall/xmpp';
import type { Post } from '../post/post.ts';
import type { ProcessId } from '../process/process-id.ts';
import { shardCount, shardOf } from '../shard/shard-of.ts';
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
  readonly users: readonly BareJid[];
}

/** What depends on who owns what, and until when it holds. */
interface Remembered<T> {
  readonly version: number;
  readonly value: T;
}

/** Shared, since nearly nobody has any. */
const noneWaiting: Recipients['waiting'] = new Map();
const noneElsewhere: Recipients['elsewhere'] = [];
const noPieces: readonly Crowd[] = [];
const nobody: Recipients = { byOwner: [], waiting: noneWaiting, elsewhere: noneElsewhere };

export class RecipientCache {
  readonly #post: Post;
  readonly #served: Served;
  readonly #pieceSize: number;
  readonly #pieces = new WeakMap<Crowd, Remembered<readonly Crowd[]>>();
  /** Of pieces and of their parts. */
  readonly #sorted = new WeakMap<object, Remembered<Recipients>>();
  #owners: Remembered<number> = { version: -1, value: 1 };

  constructor(post: Post, served: Served, pieceSize: number) {
    this.#post = post;
    this.#served = served;
    this.#pieceSize = pieceSize;
  }

  /** The same pieces as long as owners stay the same; so many that each owner has about a turn's work in each. */
  piecesOf(crowd: Crowd): readonly Crowd[] {
    const [part] = crowd;
    if (part === undefined) return noPieces;
    if (crowd.length === 1 && isShort(part)) return [crowd];
    return this.#remembered(this.#pieces, crowd, () => this.#cut(crowd));
  }

  /** By who owns them now. */
  sorted(piece: Crowd): Recipients {
    const [part] = piece;
    if (part === undefined) return nobody;
    if (piece.length === 1) return this.#sortedPart(part);
    return this.#remembered(this.#sorted, piece, () =>
      merged(piece.map((each) => this.#sortedPart(each))),
    );
  }

  #cut(crowd: Crowd): readonly Crowd[] {
    const size = this.#pieceSize * this.#ownerCount();
    const pieces: (readonly BareJid[])[][] = [];
    let room = 0;
    for (const part of crowd.flatMap((each) => slices(each, size))) {
      if (part.length > room) {
        pieces.push([]);
        room = size;
      }
      pieces.at(-1)?.push(part);
      room -= part.length;
    }
    return pieces;
  }

  #ownerCount(): number {
    const post = this.#post;
    if (post.soleOwner !== undefined) return 1;
    if (this.#owners.version !== post.version) {
      const owners = new Set<ProcessId | undefined>();
      for (let shard = 0; shard < shardCount; shard++) owners.add(post.ownerOf(shard));
      owners.delete(undefined);
      this.#owners = { version: post.version, value: Math.max(1, owners.size) };
    }
    return this.#owners.value;
  }

  #sortedPart(part: readonly BareJid[]): Recipients {
    if (isShort(part)) return this.#sort(part);
    return this.#remembered(this.#sorted, part, () => this.#sort(part));
  }

  #sort(part: readonly BareJid[]): Recipients {
    const { soleOwner } = this.#post;
    if (soleOwner !== undefined && part.every((user) => this.#served.hasActor(user)))
      return allOf(soleOwner, part);
    const sorting = new Sorting();
    for (const user of part) {
      if (!this.#served.hasActor(user)) {
        sorting.elsewhere.push(user);
        continue;
      }
      // Names need not be hashed where all shards are one process's.
      const shard = soleOwner === undefined ? shardOf(user) : 0;
      const owner = soleOwner ?? this.#post.ownerOf(shard);
      if (owner === undefined) listOf(sorting.waiting, shard).push(user);
      else listOf(sorting.byOwner, owner).push(user);
    }
    return sorting.result(part);
  }

  #remembered<K extends object, T>(known: WeakMap<K, Remembered<T>>, key: K, make: () => T): T {
    const { version } = this.#post;
    const former = known.get(key);
    if (former?.version === version) return former.value;
    const value = make();
    known.set(key, { version, value });
    return value;
  }
}

/** To remember it would take more than the list does, for each user who is online; it is as soon sorted as looked up. */
function isShort(part: readonly BareJid[]): boolean {
  return part.length <= 32;
}

function slices(part: readonly BareJid[], size: number): Crowd {
  if (part.length <= size) return [part];
  const count = Math.ceil(part.length / size);
  return Array.from({ length: count }, (_, at) => part.slice(at * size, (at + 1) * size));
}

function merged(all: readonly Recipients[]): Recipients {
  const sorting = new Sorting();
  for (const { byOwner, waiting, elsewhere } of all) {
    for (const { owner, users } of byOwner) addAll(listOf(sorting.byOwner, owner), users);
    for (const [shard, users] of waiting) addAll(listOf(sorting.waiting, shard), users);
    addAll(sorting.elsewhere, elsewhere);
  }
  return sorting.result();
}

function allOf(owner: ProcessId, users: readonly BareJid[]): Recipients {
  if (users.length === 0) return nobody;
  return { byOwner: [{ owner, users }], waiting: noneWaiting, elsewhere: noneElsewhere };
}

class Sorting {
  readonly byOwner = new Map<ProcessId, BareJid[]>();
  readonly waiting = new Map<number, BareJid[]>();
  readonly elsewhere: BareJid[] = [];

  /** `whole` is a list of all of them, which is not kept twice where one process owns all. */
  result(whole?: readonly BareJid[]): Recipients {
    return {
      byOwner: Array.from(this.byOwner, ([owner, users]) => ({
        owner,
        users: users.length === whole?.length ? whole : users,
      })),
      waiting: this.waiting.size === 0 ? noneWaiting : this.waiting,
      elsewhere: this.elsewhere.length === 0 ? noneElsewhere : this.elsewhere,
    };
  }
}

function listOf<K>(lists: Map<K, BareJid[]>, key: K): BareJid[] {
  let list = lists.get(key);
  if (list === undefined) lists.set(key, (list = []));
  return list;
}

/** Not by `push(...users)`, which has a limit. */
function addAll(list: BareJid[], users: readonly BareJid[]): void {
  for (const user of users) list.push(user);
}
