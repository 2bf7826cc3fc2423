// People who ask to see others while something happens to the cluster. What each was told of it is counted: who asks is
// told of the approval once, who is asked hears of it once, and in the end both rosters say the same.

import { setTimeout as delay } from 'node:timers/promises';
import {
  patienceMs,
  type ClusterNodeProcess,
  type RollcallCluster,
  type XmppClient,
} from '@rollcall/testkit';

export interface Ask {
  readonly asker: string;
  readonly giver: string;
  readonly askedAtMs: number;
  /** When the giver was told of the request, each time. */
  readonly heardAtMs: number[];
  /** When the asker was told of the approval, each time. */
  readonly approvedAtMs: number[];
}

export interface SubscribersOptions {
  /** So many ask, and so many are asked: everyone asks everyone of the others, once. */
  readonly each: number;
  readonly askAt: ClusterNodeProcess | undefined;
  readonly answerAt: ClusterNodeProcess | undefined;
  /** Names begin with it. */
  readonly name?: string;
}

const againAfterMs = 1_000;

type Halves = Readonly<Record<string, string>>;

export class Subscribers {
  readonly asks: Ask[] = [];
  readonly #each: number;
  readonly #name: string;
  readonly #clients = new Map<string, XmppClient>();
  #refused = 0;

  private constructor({ each, name = '' }: SubscribersOptions) {
    this.#each = each;
    this.#name = name;
  }

  static async gather(cluster: RollcallCluster, options: SubscribersOptions): Promise<Subscribers> {
    const { each, askAt, answerAt } = options;
    if (askAt === undefined || answerAt === undefined) throw new Error('there are no front-ends');
    const subscribers = new Subscribers(options);
    const indexes = Array.from({ length: each }, (_, index) => index);
    const sides = [
      ...indexes.map((index) => ({ name: subscribers.#asker(index), frontEnd: askAt })),
      ...indexes.map((index) => ({ name: subscribers.#giver(index), frontEnd: answerAt })),
    ];
    await cluster.importAccounts(sides);
    for (const { name, frontEnd } of sides) await subscribers.#enter(cluster, name, frontEnd);
    return subscribers;
  }

  /** Somebody new asks every so often, until the fault is over and for a while after it, or everyone has asked everyone. */
  async askWhile(everyMs: number, fault: () => Promise<void>): Promise<void> {
    const over = new AbortController();
    const asking = (async () => {
      while (!over.signal.aborted && this.asks.length < this.#each ** 2) {
        this.#askNext();
        await delay(everyMs);
      }
    })();
    try {
      await delay(1_000);
      await fault();
      await delay(1_000);
    } finally {
      over.abort();
      await asking;
    }
  }

  /** Resolves when everyone who has asked so far was told of the approval. Rejects with those who were not. */
  async untilAllApproved(withinMs = patienceMs): Promise<void> {
    const deadline = performance.now() + withinMs;
    const open = () => this.asks.filter(({ approvedAtMs }) => approvedAtMs.length === 0);
    while (open().length > 0) {
      if (performance.now() > deadline) throw new Error(`not approved: ${named(open())}`);
      await delay(20);
    }
  }

  /** How often somebody was told to try again. */
  get refused(): number {
    return this.#refused;
  }

  /** Who was told of anything more than once, in words. */
  get toldAgain(): readonly string[] {
    return this.asks
      .filter(({ heardAtMs, approvedAtMs }) => heardAtMs.length > 1 || approvedAtMs.length > 1)
      .map(
        ({ asker, giver, heardAtMs, approvedAtMs }) =>
          `${asker} asked ${giver}, who heard it ${heardAtMs.length} times; approved ${approvedAtMs.length} times`,
      );
  }

  /** Whose rosters do not say what everyone was told, in words; empty when both halves of all are there. */
  async incomplete(): Promise<readonly string[]> {
    const rosters = new Map<string, Halves>();
    for (const [name, client] of this.#clients) rosters.set(name, await halvesOf(client));
    return this.asks
      .filter(
        ({ asker, giver }) =>
          rosters.get(asker)?.[`${giver}@localhost`] !== 'to' ||
          rosters.get(giver)?.[`${asker}@localhost`] !== 'from',
      )
      .map(({ asker, giver }) => `${asker} and ${giver}`);
  }

  get disconnected(): readonly string[] {
    return [...this.#clients].filter(([, client]) => !client.connection.isOpen).map(([who]) => who);
  }

  async leave(): Promise<void> {
    await Promise.all([...this.#clients.values()].map((client) => client.close()));
  }

  #askNext(): void {
    const number = this.asks.length;
    const asker = this.#asker(number % this.#each);
    // Each time round they ask somebody else, so that what is asked at one time concerns all shards.
    const giver = this.#giver((number + Math.floor(number / this.#each)) % this.#each);
    const askedAtMs = performance.now();
    this.asks.push({ asker, giver, askedAtMs, heardAtMs: [], approvedAtMs: [] });
    this.#client(asker).send(`<presence type='subscribe' to='${giver}@localhost'/>`);
  }

  async #enter(
    cluster: RollcallCluster,
    name: string,
    frontEnd: ClusterNodeProcess,
  ): Promise<void> {
    const client: XmppClient = await cluster.login(name, frontEnd, {
      intercept: ({ name: element, attrs: { type, from = '' } }) => {
        if (element !== 'presence') return false;
        const who = from.slice(0, from.indexOf('@'));
        if (type === 'subscribe') {
          this.#find(who, name)?.heardAtMs.push(performance.now());
          client.send(`<presence type='subscribed' to='${from}'/>`);
        }
        if (type === 'subscribed') this.#find(name, who)?.approvedAtMs.push(performance.now());
        if (type === 'error') this.#sayAgain(client, this.#find(name, who) !== undefined, from);
        return true;
      },
    });
    client.send('<presence/>');
    await client.ping();
    this.#clients.set(name, client);
  }

  /** What the store could not take is refused by a `wait` error, and is to be tried again. */
  #sayAgain(client: XmppClient, isAsker: boolean, to: string): void {
    this.#refused += 1;
    const type = isAsker ? 'subscribe' : 'subscribed';
    setTimeout(() => client.send(`<presence type='${type}' to='${to}'/>`), againAfterMs);
  }

  #find(asker: string, giver: string): Ask | undefined {
    return this.asks.find((ask) => ask.asker === asker && ask.giver === giver);
  }

  #client(name: string): XmppClient {
    const client = this.#clients.get(name);
    if (client === undefined) throw new Error(`${name} is not there`);
    return client;
  }

  #asker(index: number): string {
    return `${this.#name}asker${index}`;
  }

  #giver(index: number): string {
    return `${this.#name}giver${index}`;
  }
}

function named(asks: readonly Ask[]): string {
  return asks.map(({ asker, giver }) => `${asker} by ${giver}`).join(', ');
}

async function halvesOf(client: XmppClient): Promise<Halves> {
  const answer = await client.ask('get', `<query xmlns='jabber:iq:roster'/>`);
  const [query] = answer.children;
  if (query === undefined || typeof query === 'string') throw new Error('that is no roster');
  const items = query.children.filter((child) => typeof child !== 'string');
  return Object.fromEntries(
    items.map(({ attrs }) => [attrs['jid'] ?? '', attrs['subscription'] ?? '']),
  );
}
