// Who is in whose roster. Accounts have numbers, from 0; all subscriptions are mutual.

export interface Population {
  /** Accounts that can log in. */
  readonly size: number;
  /** In no order; each once, and never the user. Contacts from `size` on have no account. */
  readonly contactsOf: (user: number) => readonly number[];
}

/** Nobody knows anybody. */
export function strangers(size: number): Population {
  return { size, contactsOf: () => [] };
}

export interface Hubs {
  readonly hubs: number;
  readonly contacts: number;
  /** Of the contacts, those that have an account; all by default. */
  readonly accounts?: number;
}

/** The first `hubs` users have all the same contacts, who know nobody but them. */
export function hubs({ hubs: count, contacts, accounts = contacts }: Hubs): Population {
  const ofHub = range(count, count + contacts);
  const ofContact = range(0, count);
  return {
    size: count + accounts,
    contactsOf: (user) => (user < count ? ofHub : ofContact),
  };
}

/** Everybody knows as many of those before as of those after, in a circle; `contacts` is rounded down to an even number. */
export function circle(size: number, contacts: number): Population {
  const reach = Math.floor(Math.min(contacts, size - 1) / 2);
  return {
    size,
    contactsOf: (user) =>
      range(1, reach + 1).flatMap((step) => [(user + step) % size, (user - step + size) % size]),
  };
}

/** With more accounts at the end, that nobody knows. */
export function withStrangers(population: Population, more: number): Population {
  return {
    size: population.size + more,
    contactsOf: (user) => (user < population.size ? population.contactsOf(user) : []),
  };
}

export function range(from: number, to: number): readonly number[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index);
}
