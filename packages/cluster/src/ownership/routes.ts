/**
 * The user's side of moving shards: to whom this process speaks about each shard. It takes leave of a former owner that
 * lives, and speaks to the new one only after the former has said that everything is dealt with (ARCHITECTURE.md,
 * "Moving a shard").
 */
import type { ProcessId } from '../process/process-id.ts';
import { membersOf, type Ownership, type ShardMap } from '../shard/shard-map.ts';
import { shardCount } from '../shard/shard-of.ts';

export interface Opened {
  readonly shard: number;
  readonly owner: ProcessId;
  readonly since: number;
  readonly lost: Lost;
}

/**
 * What may have been lost before the owner is spoken to: nothing, for the former one took leave; what was said to the
 * former one, or by it, shortly before it died; or anything, because a link could not be kept.
 */
export type Lost = 'nothing' | 'recent' | 'anything';

export interface RoutesOptions {
  readonly leave: (owner: ProcessId, shard: number, since: number) => void;
  /** From now on this process speaks to these owners; it has announced nothing to them yet. */
  readonly opened: (shards: readonly Opened[]) => void;
}

interface Route {
  /** To whom one speaks. */
  open: Ownership | undefined;
  /** Of whom one takes leave. */
  leaving: Ownership | undefined;
  lost: Lost;
}

export class Routes {
  readonly #options: RoutesOptions;
  readonly #routes: Route[] = Array.from({ length: shardCount }, () => ({
    open: undefined,
    leaving: undefined,
    lost: 'nothing',
  }));
  #wanted: readonly (Ownership | undefined)[] = [];
  #members: ReadonlySet<ProcessId> = new Set();
  #version = 1;

  constructor(options: RoutesOptions) {
    this.#options = options;
  }

  /** Grows whenever `ownerOf` may answer differently. */
  get version(): number {
    return this.#version;
  }

  /** Shards whose owner one waits to speak to. */
  get waiting(): number {
    return this.#routes.filter(({ open }) => open === undefined).length;
  }

  ownerOf(shard: number): ProcessId | undefined {
    return this.#routes[shard]?.open?.owner;
  }

  follow(map: ShardMap): void {
    this.#version += 1;
    this.#wanted = map.owners;
    this.#members = membersOf(map);
    const opened: Opened[] = [];
    for (const [shard, route] of this.#routes.entries()) {
      this.#closeIfMoved(shard, route);
      this.#open(shard, route, opened);
    }
    if (opened.length > 0) this.#options.opened(opened);
  }

  /** The former owner has dealt with everything, or cannot tell. */
  left(from: ProcessId, shard: number, since: number, clean: boolean): void {
    const route = this.#routes[shard];
    if (route?.leaving?.owner !== from || route.leaving.since !== since) return;
    this.#version += 1;
    route.leaving = undefined;
    if (!clean) route.lost = 'recent';
    const opened: Opened[] = [];
    this.#open(shard, route, opened);
    if (opened.length > 0) this.#options.opened(opened);
  }

  /** Something between this process and that one was lost: what was told to it as an owner is told again. */
  repeat(owner: ProcessId): void {
    const opened: Opened[] = [];
    for (const [shard, { open, leaving }] of this.#routes.entries()) {
      if (leaving?.owner === owner) this.#options.leave(owner, shard, leaving.since);
      if (open?.owner === owner) opened.push({ shard, owner, since: open.since, lost: 'anything' });
    }
    if (opened.length > 0) this.#options.opened(opened);
  }

  #closeIfMoved(shard: number, route: Route): void {
    const { open } = route;
    if (open !== undefined && !isSame(open, this.#wanted[shard])) {
      route.open = undefined;
      route.leaving = open;
      if (this.#members.has(open.owner)) this.#options.leave(open.owner, shard, open.since);
    }
    if (route.leaving !== undefined && !this.#members.has(route.leaving.owner)) {
      route.leaving = undefined;
      route.lost = 'recent';
    }
  }

  #open(shard: number, route: Route, opened: Opened[]): void {
    const wanted = this.#wanted[shard];
    if (wanted === undefined || route.open !== undefined || route.leaving !== undefined) return;
    route.open = wanted;
    opened.push({ shard, ...wanted, lost: route.lost });
    route.lost = 'nothing';
  }
}

function isSame(a: Ownership, b: Ownership | undefined): boolean {
  return a.owner === b?.owner && a.since === b.since;
}
