// Mutual subscriptions between users of the crowd (RFC 3921 §8.2, both ways), as two clients with busy people would make them.

import type { Client } from '../client/client.ts';
import { BenchFailure } from '../failure/bench-failure.ts';
import type { Target } from '../target/target.ts';
import type { Crowd } from './crowd.ts';

interface Pair {
  readonly asker: number;
  /** Whose rosters say that the subscription is mutual. */
  readonly told: Set<number>;
  readonly done: () => void;
}

/** Takes the crowd's observer for itself. */
export class Handshakes {
  readonly #crowd: Crowd;
  readonly #target: Target;
  readonly #timeoutMs: number;
  /** Under way, by each of their two users. */
  readonly #pairs = new Map<number, Map<number, Pair>>();

  constructor(crowd: Crowd, target: Target, timeoutMs: number) {
    this.#crowd = crowd;
    this.#target = target;
    this.#timeoutMs = timeoutMs;
    crowd.observer = {
      subscription: (client, type, from) => this.#asked(client, type, from),
      rosterPush: (client, push) => this.#pushed(client, push),
    };
  }

  /** Both must be online and have fetched their rosters. Resolves when both have the push that says `both`. */
  async between(asker: number, asked: number): Promise<void> {
    let impatience: NodeJS.Timeout | undefined;
    try {
      await new Promise<void>((resolve, reject) => {
        const pair: Pair = { asker, told: new Set(), done: resolve };
        this.#pairsOf(asker).set(asked, pair);
        this.#pairsOf(asked).set(asker, pair);
        const why = `The subscription between users ${asker} and ${asked} was not complete within ${this.#timeoutMs} ms.`;
        impatience = setTimeout(() => reject(new BenchFailure(why)), this.#timeoutMs);
        this.#send(asker, asked, 'subscribe');
      });
    } finally {
      clearTimeout(impatience);
      this.#pairsOf(asker).delete(asked);
      this.#pairsOf(asked).delete(asker);
    }
  }

  /** Approves, and asks in return unless it was the user who had asked first. */
  #asked(client: Client, type: string, from: number): void {
    const pair = this.#pairsOf(client.user).get(from);
    if (type !== 'subscribe' || pair === undefined) return;
    this.#send(client.user, from, 'subscribed');
    if (pair.asker !== client.user) this.#send(client.user, from, 'subscribe');
  }

  #pushed(client: Client, push: string): void {
    const jid = /<item\b[^>]*\bjid=['"]([^'"]*)/.exec(push)?.[1] ?? '';
    const contact = this.#target.accounts.userOf(jid);
    const pair = contact === undefined ? undefined : this.#pairsOf(client.user).get(contact);
    if (pair === undefined || !/\bsubscription=['"]both['"]/.test(push)) return;
    pair.told.add(client.user);
    if (pair.told.size === 2) pair.done();
  }

  #send(from: number, to: number, type: string): void {
    this.#crowd
      .client(from)
      .write(`<presence to='${this.#target.accounts.jidOf(to)}' type='${type}'/>`);
  }

  #pairsOf(user: number): Map<number, Pair> {
    const known = this.#pairs.get(user);
    if (known !== undefined) return known;
    const added = new Map<number, Pair>();
    this.#pairs.set(user, added);
    return added;
  }
}
