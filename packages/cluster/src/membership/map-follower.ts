/** Follows the shard map: watches it, and looks for itself now and then, since a watch may fall silent. */
import type { Timers } from '@rollcall/store';
import type { Bucket } from '../coordination/coordination.ts';
import { decodeShardMap, noMap, type ShardMap } from '../shard/shard-map.ts';
import { mapKey } from './keys.ts';

export interface MapFollowerOptions {
  readonly facts: Bucket;
  readonly timers: Timers;
  readonly lookEveryMs: number;
  /** Called with every map that is newer than the last. */
  readonly changed: (map: ShardMap, before: ShardMap) => void;
  readonly failed: (error: unknown) => void;
}

export interface FollowedMap {
  readonly map: ShardMap;
  readonly text: string;
}

export class MapFollower {
  readonly #options: MapFollowerOptions;
  #map = noMap;
  #text = '';
  #watch: { readonly stop: () => void } | undefined;
  #cancel: (() => void) | undefined;
  #looking = false;
  #stopped = false;

  constructor(options: MapFollowerOptions) {
    this.#options = options;
  }

  get map(): ShardMap {
    return this.#map;
  }

  /** The newest map, and as what it was stored. */
  get followed(): FollowedMap {
    return { map: this.#map, text: this.#text };
  }

  /** Rejects with `CoordinationError`. */
  async start(): Promise<void> {
    this.#watch = await this.#options.facts.watch(({ key, value }) => {
      if (key === mapKey && value !== undefined) this.adopt(value);
    });
    this.#lookLater();
  }

  /** Takes a map that came from elsewhere; older ones change nothing. */
  adopt(text: string): void {
    if (this.#stopped || text === this.#text) return;
    const map = decodeShardMap(text);
    if (map === undefined || map.epoch <= this.#map.epoch) return;
    const before = this.#map;
    this.#text = text;
    this.#map = map;
    this.#options.changed(map, before);
  }

  /** Looks now: somebody has seen a newer map. */
  look(): void {
    if (this.#looking || this.#stopped) return;
    this.#looking = true;
    void this.lookNow()
      .catch(this.#options.failed)
      .finally(() => {
        this.#looking = false;
      });
  }

  /** Resolves when the map that is stored now is followed. Rejects with `CoordinationError`. */
  async lookNow(): Promise<void> {
    const entry = await this.#options.facts.read(mapKey);
    if (entry !== undefined) this.adopt(entry.value);
  }

  stop(): void {
    this.#stopped = true;
    this.#watch?.stop();
    this.#cancel?.();
  }

  #lookLater(): void {
    if (this.#stopped) return;
    this.#cancel = this.#options.timers.setTimeout(() => {
      this.look();
      this.#lookLater();
    }, this.#options.lookEveryMs);
  }
}
