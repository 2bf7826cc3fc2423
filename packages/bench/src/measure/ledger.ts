// What everybody was to see, and what they saw.
//
// Every sender numbers what it says, from 1. Each of its watchers is to see all of it, in order, once. A number that a
// watcher never saw although it saw a later one was replaced: a server may keep the newest presence alone for somebody
// who reads slowly. The last one must always come.

export interface Faults {
  /** The last thing that a sender said, and a watcher of it never saw. */
  readonly lost: number;
  /** Seen twice. */
  readonly duplicates: number;
  /** Seen after something that was said later. */
  readonly disordered: number;
  /** Seen by somebody who was not to see it. */
  readonly misdirected: number;
  /** Shown as unavailable to a watcher, although they were not. */
  readonly falselyGone: number;
}

export const noFaults: Faults = {
  lost: 0,
  duplicates: 0,
  disordered: 0,
  misdirected: 0,
  falselyGone: 0,
};

export interface Tally {
  /** Seen as they were to be seen. */
  readonly delivered: number;
  /** Never seen, and made needless by something later. */
  readonly replaced: number;
  readonly faults: Faults;
}

type FaultCounts = { -readonly [Fault in keyof Faults]: number };

interface Sight {
  /** The latest number that was seen, or need not be seen. */
  latest: number;
  /** Whether anything was seen. */
  hasSeen: boolean;
  /** Earlier ones that were passed over; there are hardly ever any. */
  missing?: Set<number>;
}

interface Sender {
  said: number;
  /** The last thing said was that they go. */
  hasLeft: boolean;
  readonly watchers: Map<number, Sight>;
}

export class DeliveryLedger {
  readonly #senders = new Map<number, Sender>();
  #outstanding = 0;
  #delivered = 0;
  #replaced = 0;
  #faults: FaultCounts = { ...noFaults };

  /** Deliveries that are still to come. */
  get outstanding(): number {
    return this.#outstanding;
  }

  get delivered(): number {
    return this.#delivered;
  }

  /** From now on the watcher is to see what the sender says; the last thing said before too, if `andTheLast`. */
  watch(watcher: number, sender: number, andTheLast = false): void {
    const { said, watchers } = this.#sender(sender);
    const latest = andTheLast ? Math.max(0, said - 1) : said;
    watchers.set(watcher, { latest, hasSeen: false });
    this.#outstanding += said - latest;
  }

  /** The watcher is gone; what it has not seen by now, it need not see. */
  unwatch(watcher: number, sender: number): void {
    const { said, watchers } = this.#sender(sender);
    const sight = watchers.get(watcher);
    if (sight === undefined) return;
    this.#outstanding -= said - sight.latest;
    watchers.delete(watcher);
  }

  unwatchAll(watcher: number): void {
    for (const sender of this.#senders.keys()) this.unwatch(watcher, sender);
  }

  /** The sender is about to say something: the number that it has. */
  say(sender: number): number {
    return this.#say(sender, false);
  }

  /** The sender is about to go, which is the last thing that is seen of them. */
  leave(sender: number): void {
    this.#say(sender, true);
  }

  /** Whether it is one that was to be seen, and the first of its kind. */
  saw(watcher: number, sender: number, sequence: number): boolean {
    const sight = this.#senders.get(sender)?.watchers.get(watcher);
    if (sight === undefined) {
      this.#faults.misdirected += 1;
      return false;
    }
    const ahead = sequence - sight.latest;
    if (ahead <= 0) {
      this.#sawBehind(sight, sequence);
      return false;
    }
    if (ahead > 1) passOver(sight, sequence);
    sight.latest = sequence;
    sight.hasSeen = true;
    this.#outstanding -= ahead;
    this.#replaced += ahead - 1;
    this.#delivered += 1;
    return true;
  }

  /** A server may well say that somebody is not there who is still on the way, so this counts of those seen before. */
  sawGone(watcher: number, sender: number): boolean {
    const { said, hasLeft, watchers } = this.#sender(sender);
    if (watchers.get(watcher)?.hasSeen !== true) return false;
    if (hasLeft) return this.saw(watcher, sender, said);
    this.#faults.falselyGone += 1;
    return false;
  }

  /** Takes what is outstanding for lost, so that waiting can go on with what comes next. */
  writeOff(): void {
    for (const { said, watchers } of this.#senders.values())
      for (const sight of watchers.values()) {
        if (sight.latest < said) this.#faults.lost += 1;
        sight.latest = said;
      }
    this.#outstanding = 0;
  }

  /** Since the last time it was asked. What is outstanding is neither delivered nor lost yet. */
  take(): Tally {
    const tally = { delivered: this.#delivered, replaced: this.#replaced, faults: this.#faults };
    this.#delivered = 0;
    this.#replaced = 0;
    this.#faults = { ...noFaults };
    return tally;
  }

  #say(sender: number, hasLeft: boolean): number {
    const entry = this.#sender(sender);
    entry.said += 1;
    entry.hasLeft = hasLeft;
    this.#outstanding += entry.watchers.size;
    return entry.said;
  }

  #sawBehind(sight: Sight, sequence: number): void {
    if (sight.missing?.delete(sequence) !== true) {
      this.#faults.duplicates += 1;
      return;
    }
    this.#faults.disordered += 1;
    this.#replaced -= 1;
  }

  #sender(sender: number): Sender {
    const known = this.#senders.get(sender);
    if (known !== undefined) return known;
    const added: Sender = { said: 0, hasLeft: false, watchers: new Map() };
    this.#senders.set(sender, added);
    return added;
  }
}

function passOver(sight: Sight, next: number): void {
  sight.missing ??= new Set();
  for (let passed = sight.latest + 1; passed < next; passed += 1) sight.missing.add(passed);
}

export function addFaults(left: Faults, right: Faults): Faults {
  const sum: FaultCounts = { ...left };
  for (const fault of faultNames) sum[fault] += right[fault];
  return sum;
}

export function faultCount(faults: Faults): number {
  return faultNames.reduce((sum, fault) => sum + faults[fault], 0);
}

const faultNames = Object.keys(noFaults) as readonly (keyof Faults)[];
