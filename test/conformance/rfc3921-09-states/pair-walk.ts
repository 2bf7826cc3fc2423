// Two online clients walk through subscription stanzas; each step is held against the model.

import { child } from '@rollcall/testkit';
import type { XmlElement } from '@rollcall/testkit';
import type { Person } from '../conversation/person.ts';
import { hasHeardAll } from '../conversation/relations.ts';
import { actions, nothing, shown, step } from './pair-model.ts';
import type { Action, Half, Seen } from './pair-model.ts';

export interface Move {
  readonly actor: 'alice' | 'bob';
  readonly action: Action;
}

export const moves: readonly Move[] = (['alice', 'bob'] as const).flatMap((actor) =>
  actions.map((action) => ({ actor, action })),
);

/** More would only repeat the first. */
const maxMismatches = 8;

export class PairWalk {
  /** Has nothing to do with the two. */
  readonly #witness: Person;
  readonly #people: Readonly<Record<Move['actor'], Person>>;
  readonly #mismatches: string[] = [];
  #halves: Record<Move['actor'], Half> = { alice: nothing, bob: nothing };
  #walked: string[] = [];

  /** All are online and quiet, and have nothing to do with each other. */
  constructor(alice: Person, bob: Person, witness: Person) {
    this.#people = { alice, bob };
    this.#witness = witness;
  }

  /** From where the last walk ended; moves that the filter turns down are left out. */
  async walk(
    walk: readonly Move[],
    takes: (half: Half, action: Action) => boolean = () => true,
  ): Promise<void> {
    for (const move of walk) {
      if (this.#mismatches.length >= maxMismatches) return;
      if (takes(this.#halves[move.actor], move.action)) await this.#make(move);
    }
  }

  /** Back to the beginning, by stanzas that do so from every state. */
  async startsOver(): Promise<void> {
    for (const [person, contact] of this.#directions()) {
      person.sends(`<presence type='unsubscribe' to='${contact.bare}'/>`);
      person.sends(`<presence type='unsubscribed' to='${contact.bare}'/>`);
      await person.conversation.settles();
    }
    for (const [person, contact] of this.#directions()) {
      await person.asks('set', removal(contact));
    }
    for (const [person] of this.#directions()) await hasHeardAll(person, this.#witness);
    await this.#people.alice.conversation.quiets();
    this.#halves = { alice: nothing, bob: nothing };
    this.#walked = [];
  }

  /**
   * Ends the walk with stanzas that must be delivered, so that whatever was still under way on their path has come:
   * after `unsubscribe`, a `subscribe` is delivered from every state, and its denial too.
   */
  async ends(): Promise<void> {
    await this.walk([
      { actor: 'alice', action: 'unsubscribe' },
      { actor: 'alice', action: 'unsubscribed' },
      { actor: 'bob', action: 'unsubscribed' },
      { actor: 'alice', action: 'subscribe' },
      { actor: 'bob', action: 'unsubscribed' },
    ]);
    if (this.#mismatches.length > 0) throw new Error(this.#mismatches.join('\n'));
  }

  async #make({ actor, action }: Move): Promise<void> {
    const peer = actor === 'alice' ? 'bob' : 'alice';
    const [person, contact] = [this.#people[actor], this.#people[peer]];
    this.#walked.push(`${actor} ${action}`);
    const before = this.#halves;
    const { halves, seen, refused } = step([before[actor], before[peer]], action);
    this.#halves =
      actor === 'alice'
        ? { alice: halves[0], bob: halves[1] }
        : { alice: halves[1], bob: halves[0] };

    if (action === 'remove') {
      const answer = await person.asks('set', removal(contact));
      const isRefused = answer.attrs['type'] === 'error';
      if (isRefused !== refused) this.#differs(actor, 'answer to the removal', refused, isRefused);
    } else {
      person.sends(`<presence type='${action}' to='${contact.bare}'/>`);
    }
    await this.#arrives(person, contact, seen[0]);
    await this.#arrives(contact, person, seen[1]);
    const pair = [person.device.client, contact.device.client];
    if (seen[1].stanzas.length > 0) await person.conversation.settles(pair);
    else await hasHeardAll(contact, this.#witness);
    // In which order a removal cancels the two directions is nowhere said.
    const inOrder = action !== 'remove';
    this.#compare(actor, contact, seen[0], shown(before[actor]), inOrder);
    this.#compare(peer, person, seen[1], shown(before[peer]), inOrder);
    await this.#compareRosters();
  }

  /** Waits for what must come; that it did not is found by the comparison. */
  async #arrives(person: Person, contact: Person, seen: Seen): Promise<void> {
    const inbox = () => this.#observe(person, contact);
    const enough = () =>
      inbox().stanzas.length >= seen.stanzas.length && inbox().pushes.length >= seen.pushes.length;
    await person.device.client.connection.waitUntil(enough);
  }

  #compare(
    who: Move['actor'],
    contact: Person,
    expected: Seen,
    before: string | undefined,
    inOrder: boolean,
  ): void {
    const person = this.#people[who];
    const { pushes, stanzas } = this.#observe(person, contact);
    person.device.forgets();
    const comparableStanzas = (types: readonly string[]) =>
      String(inOrder ? types : types.toSorted());
    if (comparableStanzas(stanzas) !== comparableStanzas(expected.stanzas)) {
      this.#differs(who, 'stanzas', expected.stanzas, stanzas);
    }
    // To push again what had not changed is harmless.
    const changes = withoutRepetitions(pushes, before);
    const comparablePushes = (items: readonly string[]) =>
      String(inOrder ? items : items.slice(-1));
    if (comparablePushes(changes) !== comparablePushes(expected.pushes)) {
      this.#differs(who, 'pushes', expected.pushes, pushes);
    }
  }

  async #compareRosters(): Promise<void> {
    for (const [person, contact, who] of this.#directions()) {
      const item = await person.rosterItem(contact.bare);
      const actual = item && describe(item);
      const expected = shown(this.#halves[who]);
      if (actual !== expected) this.#differs(who, 'roster item', expected, actual);
    }
  }

  #observe(person: Person, contact: Person): Seen {
    const unread = person.device.client.connection.unread();
    return {
      stanzas: unread
        .filter(({ name, attrs }) => name === 'presence' && attrs['from'] === contact.bare)
        .map(({ attrs }) => attrs['type'] ?? 'available')
        .filter((type) => actions.some((action) => action === type)),
      pushes: unread
        .map((stanza) => pushedItem(stanza))
        .filter((item) => item?.attrs['jid'] === contact.bare)
        .map((item) => (item === undefined ? '' : describe(item))),
    };
  }

  #differs(who: string, what: string, expected: unknown, actual: unknown): void {
    const walked = this.#walked.slice(-6).join(', ');
    this.#mismatches.push(
      `after ${walked}: ${who}'s ${what}: expected ${JSON.stringify(expected)}, got ${JSON.stringify(actual)}`,
    );
  }

  #directions(): readonly (readonly [Person, Person, Move['actor']])[] {
    const { alice, bob } = this.#people;
    return [
      [alice, bob, 'alice'],
      [bob, alice, 'bob'],
    ];
  }
}

/** Every sequence of `length` moves is somewhere in it (a de Bruijn sequence, by the greedy "prefer the largest" rule). */
export function allSequences(length: number): readonly Move[] {
  const seen = new Set<string>();
  const digits: number[] = new Array<number>(length).fill(0);
  for (;;) {
    const tail = digits.slice(digits.length - length + 1);
    const next = moves
      .map((_, index) => index)
      .findLast((index) => !seen.has([...tail, index].join()));
    if (next === undefined) break;
    seen.add([...tail, next].join());
    digits.push(next);
  }
  return digits.map((digit) => moves[digit]).filter((move) => move !== undefined);
}

function removal(contact: Person): string {
  return `<query xmlns='jabber:iq:roster'><item jid='${contact.bare}' subscription='remove'/></query>`;
}

function pushedItem(stanza: XmlElement): XmlElement | undefined {
  if (stanza.name !== 'iq' || stanza.attrs['type'] !== 'set') return undefined;
  const query = child(stanza, 'query', 'jabber:iq:roster');
  return query && child(query, 'item');
}

/** In the words of the model. */
function describe(item: XmlElement): string {
  const { subscription = 'none', ask, approved } = item.attrs;
  const preApproved = approved === 'true' && (subscription === 'none' || subscription === 'to');
  return subscription + (ask === 'subscribe' ? ' ask' : '') + (preApproved ? ' approved' : '');
}

function withoutRepetitions(
  pushes: readonly string[],
  before: string | undefined,
): readonly string[] {
  return pushes.filter((push, index) => push !== (index === 0 ? before : pushes[index - 1]));
}
