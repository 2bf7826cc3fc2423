// Two accounts and what each knows of the other: a model of RFC 6121 Appendix A with §2.5 and §3.4, written from the
// text and sharing nothing with the server. It says what a step must push, deliver and leave behind.

export const actions = [
  'subscribe',
  'subscribed',
  'unsubscribe',
  'unsubscribed',
  'remove',
] as const;
export type Action = (typeof actions)[number];
type SubscriptionStanza = Exclude<Action, 'remove'>;

/** One account's half. */
export interface Half {
  /** Subscribed to the other's presence. */
  readonly to: boolean;
  /** The other is subscribed to this one's. */
  readonly from: boolean;
  /** Pending out. */
  readonly asked: boolean;
  /** Pending in. */
  readonly wasAsked: boolean;
  readonly approved: boolean;
  /** There is a roster item that the user sees. */
  readonly listed: boolean;
}

export const nothing: Half = {
  to: false,
  from: false,
  asked: false,
  wasAsked: false,
  approved: false,
  listed: false,
};

/** What one user sees of a step. */
export interface Seen {
  /** Items as pushed, in order, without repetitions. */
  readonly pushes: string[];
  /** Types of the other's subscription stanzas, in order. */
  readonly stanzas: string[];
}

/** The actor's half comes first, in the halves as in what is seen. */
export interface Step {
  readonly halves: readonly [Half, Half];
  readonly seen: readonly [Seen, Seen];
  /** The server answers `item-not-found`. */
  readonly refused: boolean;
}

/** As a roster push or result shows it; undefined if there is no item. */
export function shown(half: Half): string | undefined {
  if (!half.listed) return undefined;
  const subscription = half.to && half.from ? 'both' : half.to ? 'to' : half.from ? 'from' : 'none';
  // Whether an approval shows while it has its effect is the server's choice.
  const approved = half.approved && !half.from ? ' approved' : '';
  return subscription + (half.asked ? ' ask' : '') + approved;
}

export function step(halves: readonly [Half, Half], action: Action): Step {
  const pair = new Pair(halves);
  const refused = action === 'remove' && !halves[0].listed;
  if (action !== 'remove') pair.send(action);
  else if (!refused) pair.remove();
  return { halves: pair.halves, seen: pair.seen, refused };
}

/** An approval before the request, or the removal of what is not there: servers that lack RFC 6121 §3.4 or §2.5.3 go other ways. */
export function isBeyondRfc3921(half: Half, action: Action): boolean {
  if (action === 'remove') return !half.listed;
  return action === 'subscribed' && !half.wasAsked && !half.from;
}

type Place = 0 | 1;

class Pair {
  readonly halves: [Half, Half];
  readonly seen: readonly [Seen, Seen] = [
    { pushes: [], stanzas: [] },
    { pushes: [], stanzas: [] },
  ];

  constructor(halves: readonly [Half, Half]) {
    this.halves = [...halves];
  }

  /** Appendix A.2, for the actor. */
  send(stanza: SubscriptionStanza): void {
    const half = this.halves[0];
    switch (stanza) {
      case 'subscribe':
        // A.2.1: always routed; To and Both stay as they are.
        if (!half.to) this.#become(0, { asked: true, listed: true });
        return this.#receive(1, stanza);
      case 'unsubscribe':
        // A.2.2: always routed.
        this.#become(0, { to: false, asked: false });
        return this.#receive(1, stanza);
      case 'subscribed':
        if (half.wasAsked) {
          this.#become(0, { from: true, wasAsked: false, listed: true });
          return this.#receive(1, stanza);
        }
        // A.2.3: not routed; §3.4.2: kept as a pre-approval where the other is not subscribed yet.
        if (!half.from) this.#become(0, { approved: true, listed: true });
        return;
      case 'unsubscribed':
        this.#become(0, { from: false, wasAsked: false, approved: false });
        // A.2.4: routed where there was something to cancel or to decline.
        if (half.from || half.wasAsked) this.#receive(1, stanza);
    }
  }

  /** §2.5.2: whatever there was in either direction is ended, then the item goes. */
  remove(): void {
    const half = this.halves[0];
    this.halves[0] = nothing;
    this.seen[0].pushes.push('remove');
    if (half.to || half.asked) this.#receive(1, 'unsubscribe');
    if (half.from || half.wasAsked) this.#receive(1, 'unsubscribed');
  }

  /** Appendix A.3. */
  #receive(at: Place, stanza: SubscriptionStanza): void {
    const half = this.halves[at];
    switch (stanza) {
      case 'subscribe':
        if (half.from) return this.#receive(other(at), 'subscribed');
        // §3.4.2: as long as the flag is set; only the user takes it back.
        if (half.approved) {
          this.#become(at, { from: true });
          return this.#receive(other(at), 'subscribed');
        }
        if (!half.wasAsked) this.#deliver(at, stanza, { wasAsked: true });
        return;
      case 'unsubscribe':
        if (half.from || half.wasAsked) this.#deliver(at, stanza, { from: false, wasAsked: false });
        return;
      case 'subscribed':
        if (half.asked) this.#deliver(at, stanza, { to: true, asked: false });
        return;
      case 'unsubscribed':
        if (half.to || half.asked) this.#deliver(at, stanza, { to: false, asked: false });
    }
  }

  #deliver(at: Place, stanza: SubscriptionStanza, change: Partial<Half>): void {
    this.seen[at].stanzas.push(stanza);
    this.#become(at, change);
  }

  #become(at: Place, change: Partial<Half>): void {
    const before = shown(this.halves[at]);
    this.halves[at] = { ...this.halves[at], ...change };
    const after = shown(this.halves[at]);
    if (after !== undefined && after !== before) this.seen[at].pushes.push(after);
  }
}

function other(place: Place): Place {
  return place === 0 ? 1 : 0;
}
