// Many clients who watch each other and keep talking while something happens to the cluster. What each was shown is
// noted as it comes: its number, when it was said, when it was seen, and every word of somebody's having gone.

import { setTimeout as delay } from 'node:timers/promises';
import { childText } from '@rollcall/testkit';
import type {
  ClusterNodeProcess,
  RollcallCluster,
  XmlElement,
  XmppClient,
} from '@rollcall/testkit';

export interface CrowdOptions {
  /** Names begin with it; crowds of one cluster need different ones. */
  readonly name?: string;
  readonly size: number;
  /** An even number: each is on mutual terms with half of them to either side. */
  readonly contactsEach: number;
  /** Where each logs in; in turn at all front-ends unless given. */
  readonly frontEndOf?: (index: number) => ClusterNodeProcess | undefined;
}

export interface Talk {
  /** Between two presences of one member. */
  readonly everyMs: number;
  /** How long they talk before and after the fault. */
  readonly aroundMs?: number;
  /** How long the last presence may take to be seen by all. */
  readonly settledWithinMs: number;
}

export interface Sight {
  readonly number: number;
  readonly saidAtMs: number;
  readonly seenAtMs: number;
}

/** What went wrong from the members' side, in words; and what they saw. */
export interface TalkOutcome {
  readonly sights: readonly Sight[];
  readonly said: number;
  /** Members whose stream ended. */
  readonly disconnected: readonly string[];
  /** Who was shown whom as gone. */
  readonly shownGone: readonly string[];
  /** Who saw presence of whom out of order, or twice. */
  readonly disordered: readonly string[];
  /** Who has not seen whose last presence. */
  readonly missing: readonly string[];
}

const loginsAtOnce = 16;

export class Crowd {
  readonly members: readonly CrowdMember[];

  private constructor(members: readonly CrowdMember[]) {
    this.members = members;
  }

  /** Resolves when everyone is online and sees all contacts. */
  static async gather(cluster: RollcallCluster, options: CrowdOptions): Promise<Crowd> {
    const { name = 'member', size, contactsEach } = options;
    const { frontEnds } = cluster;
    const frontEndOf = options.frontEndOf ?? ((index) => frontEnds[index % frontEnds.length]);
    const names = Array.from({ length: size }, (_, index) => `${name}${index}`);
    const members = names.map((each, index) => {
      const contacts = neighbours(index, contactsEach).map((other) => names.at(other % size) ?? '');
      return new CrowdMember(each, contacts, frontEndOf(index) ?? noFrontEnd());
    });
    await cluster.importAccounts(members);
    for (let start = 0; start < size; start += loginsAtOnce)
      await Promise.all(
        members.slice(start, start + loginsAtOnce).map((member) => member.comeOnline(cluster)),
      );
    const crowd = new Crowd(members);
    await crowd.#until(() => members.every((member) => member.seesAll), 30_000);
    return crowd;
  }

  /** They talk while the fault happens, then fall silent; resolves when all have seen everything, or never will. */
  async talkWhile(talk: Talk, fault: () => Promise<void>): Promise<TalkOutcome> {
    for (const member of this.members) member.forget();
    const over = new AbortController();
    const talking = this.#keepTalking(talk.everyMs, over.signal);
    await delay(talk.aroundMs ?? 1_000);
    try {
      await fault();
      await delay(talk.aroundMs ?? 1_000);
    } finally {
      over.abort();
      await talking;
    }
    await this.#until(() => this.#missing().length === 0, talk.settledWithinMs);
    return this.#outcome();
  }

  async leave(): Promise<void> {
    await Promise.all(this.members.map((member) => member.leave()));
  }

  /** One after another, so that the load is even and every member has its turn within `everyMs`. */
  async #keepTalking(everyMs: number, over: AbortSignal): Promise<void> {
    const startedAtMs = performance.now();
    for (let turn = 0; !over.aborted; turn++) {
      const dueMs = startedAtMs + (turn * everyMs) / this.members.length;
      const waitMs = dueMs - performance.now();
      if (waitMs > 1) await delay(waitMs);
      this.members[turn % this.members.length]?.say();
    }
  }

  async #until(satisfied: () => boolean, withinMs: number): Promise<void> {
    const deadline = performance.now() + withinMs;
    while (!satisfied() && performance.now() < deadline) await delay(20);
  }

  #outcome(): TalkOutcome {
    const { members } = this;
    return {
      sights: members.flatMap((member) => [...member.sights.values()].flat()),
      said: members.reduce((sum, member) => sum + member.saidLately, 0),
      disconnected: members.filter((member) => !member.isConnected).map(({ name }) => name),
      shownGone: members.flatMap(({ name, gone }) => gone.map((who) => `${who} to ${name}`)),
      disordered: members.flatMap((member) => member.disordered()),
      missing: this.#missing(),
    };
  }

  #missing(): readonly string[] {
    const said = new Map(this.members.map(({ name, said: count }) => [name, count]));
    return this.members.flatMap(({ name, contacts, sights }) =>
      contacts
        .filter((contact) => said.get(contact) !== (sights.get(contact)?.at(-1)?.number ?? 0))
        .map((contact) => `${contact}'s n${said.get(contact) ?? 0} to ${name}`),
    );
  }
}

/** The places to either side of one's own; negative ones count from the end, as `at` does. */
function neighbours(index: number, count: number): readonly number[] {
  const sides = Array.from({ length: count / 2 }, (_, distance) => distance + 1);
  return sides.flatMap((distance) => [index - distance, index + distance]);
}

function noFrontEnd(): never {
  throw new Error('a crowd needs a front-end');
}

export class CrowdMember {
  readonly name: string;
  readonly contacts: readonly string[];
  readonly frontEnd: ClusterNodeProcess;
  readonly sights = new Map<string, Sight[]>();
  readonly gone: string[] = [];
  #client: XmppClient | undefined;
  #available = new Set<string>();
  #said = 0;
  #saidBefore = 0;

  constructor(name: string, contacts: readonly string[], frontEnd: ClusterNodeProcess) {
    this.name = name;
    this.contacts = contacts;
    this.frontEnd = frontEnd;
  }

  /** The number of its last presence. */
  get said(): number {
    return this.#said;
  }

  get saidLately(): number {
    return this.#said - this.#saidBefore;
  }

  get isConnected(): boolean {
    return this.#client?.connection.isOpen === true;
  }

  get seesAll(): boolean {
    return this.contacts.every((contact) => this.#available.has(contact));
  }

  get client(): XmppClient {
    if (this.#client === undefined) throw new Error(`${this.name} has not logged in`);
    return this.#client;
  }

  async comeOnline(cluster: RollcallCluster, frontEnd = this.frontEnd): Promise<void> {
    this.#available.clear();
    this.#client = await cluster.login(this.name, frontEnd, {
      timeoutMs: 20_000,
      intercept: (element) => this.#see(element),
    });
    this.#client.send(`<presence>${this.#status()}</presence>`);
  }

  say(): void {
    if (!this.isConnected) return;
    this.#said += 1;
    this.client.send(`<presence>${this.#status()}</presence>`);
  }

  forget(): void {
    this.sights.clear();
    this.gone.length = 0;
    this.#saidBefore = this.#said;
  }

  disordered(): readonly string[] {
    return [...this.sights]
      .filter(([, seen]) => seen.some(({ number }, at) => number <= (seen[at - 1]?.number ?? -1)))
      .map(
        ([who, seen]) => `${who} to ${this.name}: ${seen.map(({ number }) => number).join(' ')}`,
      );
  }

  async leave(): Promise<void> {
    if (this.isConnected) await this.client.close();
  }

  #status(): string {
    return `<status>n${this.#said} ${performance.now()}</status>`;
  }

  #see(element: XmlElement): boolean {
    if (element.name !== 'presence') return false;
    const { from = '', type } = element.attrs;
    const who = from.slice(0, from.indexOf('@'));
    if (who === this.name) return true;
    if (type === 'unavailable') {
      this.gone.push(who);
      this.#available.delete(who);
    }
    const [, number, saidAt] = /^n(\d+) (.+)$/.exec(childText(element, 'status') ?? '') ?? [];
    if (type !== undefined || number === undefined) return type === 'unavailable';
    this.#available.add(who);
    const sight = {
      number: Number(number),
      saidAtMs: Number(saidAt),
      seenAtMs: performance.now(),
    };
    const seen = this.sights.get(who);
    if (seen === undefined) this.sights.set(who, [sight]);
    else seen.push(sight);
    return true;
  }
}
