/** Users who all watch each other, at several front-ends, and change their presence all the time. */
import type { BareJid } from '@rollcall/xmpp';
import type { ClusterWorld, TestNode } from './cluster-world.ts';
import { jid, type TestClient } from './test-client.ts';
import { bySession, sightsOf } from './watchers.ts';

export interface Person {
  readonly user: BareJid;
  readonly client: TestClient;
  readonly at: TestNode;
  /** The last that it said of itself. */
  change: number;
}

export class Crowd {
  readonly #world: ClusterWorld;
  readonly people: Person[] = [];
  #speaker = 0;

  constructor(world: ClusterWorld) {
    this.#world = world;
  }

  /** So many users, spread over these front-ends, who have all seen each other come. */
  static async gather(
    world: ClusterWorld,
    engine: TestNode,
    frontEnds: readonly TestNode[],
    size: number,
  ): Promise<Crowd> {
    const crowd = new Crowd(world);
    const users = Array.from({ length: size }, (_, index) => jid(`user${index}@localhost`));
    await world.addUsers(engine, ...users);
    for (const user of users) {
      const roster = users
        .filter((other) => other !== user)
        .map((other) => ({ jid: other, state: 'Both', groups: [] }) as const);
      await world.during(engine.node.admin.importUser({ jid: user, roster }), 5_000);
    }
    for (const [index, user] of users.entries()) {
      const at = nth(frontEnds, index);
      const client = await world.login(at, user, 'home');
      client.status('0');
      crowd.people.push({ user, client, at, change: 0 });
    }
    await world.clock.advance(200);
    for (const { client } of crowd.people) client.take();
    return crowd;
  }

  /** For so long somebody changes their presence every `everyMs`. */
  async chatter(forMs: number, everyMs: number): Promise<void> {
    for (let passed = 0; passed < forMs; passed += everyMs) {
      this.speak();
      await this.#world.clock.advance(everyMs);
    }
  }

  speak(): void {
    const living = this.people.filter(({ client }) => client.closedBy === undefined);
    const person = nth(living, this.#speaker++);
    person.change += 1;
    person.client.status(String(person.change));
  }

  /**
   * What is wrong with what everybody has seen since the last time. `complete`: every change was to be seen, not only
   * the last. Those who are gone are told of by `unavailable`, once.
   */
  faults(options: { readonly complete: boolean; readonly gone?: ReadonlySet<Person> }): string[] {
    const gone = options.gone ?? new Set();
    const faults: string[] = [];
    for (const watcher of this.people) {
      if (gone.has(watcher)) continue;
      if (watcher.client.closedBy !== undefined)
        faults.push(`${watcher.user} was disconnected: ${watcher.client.closedBy}`);
      const seen = bySession(sightsOf(watcher.client));
      for (const watched of this.people) {
        if (watched === watcher) continue;
        const changes = seen.get(watched.client.address) ?? [];
        const what = `${watcher.user} saw ${watched.user}: ${changes.join(' ')}`;
        faults.push(
          ...this.#faultsOf(watched, changes, gone.has(watched), options.complete).map(
            (fault) => `${fault}; ${what}`,
          ),
        );
      }
    }
    return faults;
  }

  /** From now on only what comes is looked at. */
  forget(): void {
    for (const person of this.people) {
      person.client.take();
      this.#seenBefore.set(person, person.change);
    }
  }

  readonly #seenBefore = new Map<Person, number>();

  #faultsOf(
    watched: Person,
    changes: readonly (number | 'gone')[],
    isGone: boolean,
    complete: boolean,
  ): string[] {
    const faults: string[] = [];
    const ends = changes.filter((change) => change === 'gone').length;
    if (ends !== (isGone ? 1 : 0)) faults.push(`${ends} ends`);
    const numbers = changes.filter((change) => change !== 'gone');
    if (numbers.some((number, index) => number <= (numbers[index - 1] ?? -1)))
      faults.push('repeated or out of order');
    const before = this.#seenBefore.get(watched) ?? 0;
    if (!isGone && (numbers.at(-1) ?? before) !== watched.change)
      faults.push(`not the last, which is ${watched.change}`);
    if (complete && numbers.length !== watched.change - before)
      faults.push(`${numbers.length} of ${watched.change - before} changes`);
    if (isGone && changes.at(-1) !== 'gone') faults.push('the end is not the last');
    return faults;
  }
}

/** Round and round. */
function nth<T>(list: readonly T[], index: number): T {
  const item = list[index % list.length];
  if (item === undefined) throw new Error('nobody is left');
  return item;
}
