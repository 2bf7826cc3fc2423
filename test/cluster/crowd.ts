// Many clients who watch each other and keep talking while something happens to the cluster. What each was shown is
// noted as it comes: its number, when it was said, when it was seen, and every word of somebody's having gone.

import { setTimeout as delay } from 'node:timers/promises';
import { patienceMs, type ClusterNodeProcess, type RollcallCluster } from '@rollcall/testkit';
import { CrowdMember, type Sight } from './crowd-member.ts';

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
}

/** What went wrong from the members' side, in words; and what they saw. */
export interface TalkOutcome {
  readonly sights: readonly Sight[];
  readonly said: number;
  /** Members whose stream ended. */
  readonly disconnected: readonly string[];
  /** Who was shown whom as gone. */
  readonly shownGone: readonly string[];
  /** Who was not shown which presence of whom; what was said to a stream that had ended is not counted. */
  readonly skipped: readonly string[];
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
    await crowd.#until(() => members.every((member) => member.seesAll));
    const alone = members.filter((member) => !member.seesAll).map((member) => member.name);
    if (alone.length > 0) throw new Error(`not everyone is seen by ${alone.join(', ')}`);
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
    await this.#until(() => this.#missing().length === 0);
    return this.#outcome();
  }

  /** Resolves when each has been shown something that each of its contacts has said since now, or never will be. */
  async untilAllAreHeardAnew(): Promise<void> {
    const nowMs = performance.now();
    const isHeard = ({ contacts, sights }: CrowdMember) =>
      contacts.every((contact) => (sights.get(contact)?.at(-1)?.saidAtMs ?? 0) > nowMs);
    await this.#until(() => this.members.every(isHeard));
  }

  /** Those whose streams are at that front-end. */
  membersAt(frontEnd: ClusterNodeProcess): readonly CrowdMember[] {
    return this.members.filter((member) => member.frontEnd === frontEnd);
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

  async #until(satisfied: () => boolean): Promise<void> {
    const deadline = performance.now() + patienceMs;
    while (!satisfied() && performance.now() < deadline) await delay(20);
  }

  #outcome(): TalkOutcome {
    const { members } = this;
    return {
      sights: members.flatMap((member) => [...member.sights.values()].flat()),
      said: members.reduce((sum, member) => sum + member.saidLately, 0),
      disconnected: members.filter((member) => !member.isConnected).map(({ name }) => name),
      shownGone: members.flatMap(({ name, gone }) => gone.map((who) => `${who} to ${name}`)),
      skipped: this.#skipped(),
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

  #skipped(): readonly string[] {
    const byName = new Map(this.members.map((member) => [member.name, member]));
    return this.members.flatMap((watcher) =>
      watcher.contacts.flatMap((contact) => {
        const said = byName.get(contact)?.certainly ?? [];
        return watcher.lacks(contact, said).map((n) => `${contact}'s n${n} to ${watcher.name}`);
      }),
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
