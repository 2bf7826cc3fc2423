/**
 * Those who hear one session, as they were found out for its last presence. As long as nothing changes with them, the
 * next one is for the same sessions: nobody is looked up, no memory of theirs is read. Actors say when theirs has to be
 * found out again (`actor/attendance.ts`).
 */
import type { SessionRef, StampedPresence } from '@rollcall/presence';
import { bareOf, type BareJid, type FullJid } from '@rollcall/xmpp';
import type { Actor } from '../actor/actor.ts';
import type { HearerList } from '../actor/attendance.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Residents } from './residents.ts';
import { SessionGroups, type SessionsByFrontEnd } from './sessions-by-front-end.ts';

/** Nearly all have one session: then it stands for the list of it. */
type Receivers = SessionRef | readonly SessionRef[];

const nobody: readonly SessionRef[] = [];

export class Hearers implements HearerList {
  readonly contact: BareJid;
  last: StampedPresence;
  readonly #users: readonly BareJid[];
  readonly #residents: Residents;
  readonly #metrics: Metrics;
  /** By place, as `#users`. */
  readonly #receivers: Receivers[];
  #toAsk: number[];
  /** Places of users who are not here, and since which arrival of an actor none of them is. */
  #absent: number[] = [];
  #absentSince = -1;
  #sessionsOf: SessionsByFrontEnd | undefined;

  constructor(
    users: readonly BareJid[],
    last: StampedPresence,
    residents: Residents,
    metrics: Metrics,
  ) {
    this.#metrics = metrics;
    this.contact = bareOf(last.stanza.from as FullJid);
    this.last = last;
    this.#users = users;
    this.#residents = residents;
    this.#receivers = users.map(() => nobody);
    this.#toAsk = users.map((_, place) => place);
  }

  get places(): number {
    return this.#users.length;
  }

  /** Where lists come over the bus, the same one is another object each time. */
  isFor(users: readonly BareJid[]): boolean {
    if (users === this.#users) return true;
    return (
      users.length === this.#users.length &&
      users.every((user, place) => user === this.#users[place])
    );
  }

  ask(place: number): void {
    this.#toAsk.push(place);
  }

  /** Who gets it, without those whose actor has to be asked by a letter: `decide` is called with them. */
  hear(presence: StampedPresence, decide: (actor: Actor) => void): SessionsByFrontEnd {
    this.last = presence;
    if (this.#absent.length > 0 && this.#absentSince !== this.#residents.arrivals) {
      this.#toAsk.push(...this.#absent);
      this.#absent = [];
    }
    this.#absentSince = this.#residents.arrivals;
    const places = this.#toAsk;
    this.#toAsk = [];
    this.#metrics.count('hearers_asked', places.length);
    for (const place of places) this.#note(place, this.#asked(place, decide));
    return (this.#sessionsOf ??= grouped(this.#receivers));
  }

  /** Says to all who have a place that the list is no more. */
  dissolve(): void {
    for (const user of this.#users) this.#residents.find(user)?.forgetList(this);
  }

  #asked(place: number, decide: (actor: Actor) => void): Receivers {
    const user = this.#users[place];
    const actor = user === undefined ? undefined : this.#residents.find(user);
    if (actor === undefined) {
      this.#absent.push(place);
      return nobody;
    }
    const hearing = actor.attend(this, place);
    if (hearing === 'decide' || !hearing.lasts) this.#toAsk.push(place);
    if (hearing === 'decide') {
      decide(actor);
      return nobody;
    }
    const [first, ...others] = hearing.to;
    return first !== undefined && others.length === 0 ? first : hearing.to;
  }

  #note(place: number, receivers: Receivers): void {
    const former = this.#receivers[place];
    if (former === receivers || (isEmpty(former) && isEmpty(receivers))) return;
    this.#receivers[place] = receivers;
    this.#sessionsOf = undefined;
  }
}

function isEmpty(receivers: Receivers | undefined): boolean {
  return receivers !== undefined && 'length' in receivers && receivers.length === 0;
}

/** Lists are made anew and never changed: whoever was shown something may keep them. */
function grouped(receivers: readonly Receivers[]): SessionsByFrontEnd {
  const groups = new SessionGroups();
  for (const each of receivers) {
    if ('length' in each) groups.addAll(each);
    else groups.add(each);
  }
  return groups.byFrontEnd;
}
