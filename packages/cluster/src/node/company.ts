/** Who is in the cluster, as one process has it from the shard map: its own being listed, and who has come and gone. */
import type { PeerExchange } from '../peers/exchange.ts';
import type { ProcessId } from '../process/process-id.ts';
import { membersOf, type ShardMap } from '../shard/shard-map.ts';

export class Company {
  readonly #self: ProcessId;
  readonly #peers: PeerExchange;
  readonly #peersTold = new Set<ProcessId>();
  #members: ReadonlySet<ProcessId> = new Set();
  #whenListed: (() => void)[] = [];

  constructor(self: ProcessId, peers: PeerExchange) {
    this.#self = self;
    this.#peers = peers;
  }

  get members(): ReadonlySet<ProcessId> {
    return this.#members;
  }

  /** Whether this process is one of them; who is not is not listened to. */
  get isListed(): boolean {
    return this.#members.has(this.#self);
  }

  follow(map: ShardMap): void {
    this.#members = membersOf(map);
  }

  /** Resolves when this process is listed. */
  listed(): Promise<void> {
    if (this.isListed) return Promise.resolve();
    return new Promise((resolve) => this.#whenListed.push(resolve));
  }

  /** Those who wait for this process to be listed hear of it, and its peers of who has come and gone. */
  tell(): void {
    if (this.isListed) for (const resolve of this.#whenListed.splice(0)) resolve();
    for (const process of this.#peersTold)
      if (!this.#members.has(process) && this.#peersTold.delete(process)) this.#peers.gone(process);
    if (!this.isListed) return;
    for (const process of this.#members) {
      if (process === this.#self || this.#peersTold.has(process)) continue;
      this.#peersTold.add(process);
      this.#peers.joined(process);
    }
  }
}
