// Rosters of a server that somebody else has started: are they those that a scenario needs, and if not, they are made
// the way people make them.

import { attribute } from '../client/stanza.ts';
import { pool } from '../client/pool.ts';
import { Crowd } from '../crowd/crowd.ts';
import { Handshakes } from '../crowd/handshakes.ts';
import { range, type Population } from '../population/population.ts';
import type { StageSettings } from '../scenario/stage.ts';
import { BenchFailure } from '../failure/bench-failure.ts';
import type { Target } from './target.ts';

type Pair = readonly [number, number];

/** Between accounts of the scenario, each pair once. */
interface Differences {
  readonly missing: readonly Pair[];
  /** What an earlier scenario has left, say: presence would go where nobody expects it. */
  readonly inTheWay: readonly Pair[];
}

/** Rejects when rosters are not those of the scenario and `mayMake` is false. Everybody is logged out again at the end. */
export function rostersFor(settings: StageSettings, mayMake: boolean) {
  return async (target: Target, population: Population): Promise<void> => {
    const crowd = new Crowd({ ...settings, target });
    try {
      const found = await differences(crowd, target, population, settings.concurrency);
      if (!mayMake) assertNone(found, target);
      await remove(crowd, target, found.inTheWay, settings);
      await subscribe(crowd, target, found.missing, settings);
    } finally {
      crowd.disperse();
    }
  };
}

function assertNone({ missing, inTheWay }: Differences, { accounts }: Target): void {
  const [first] = [...missing, ...inTheWay];
  if (first === undefined) return;
  const problems = [
    ...(missing.length === 0 ? [] : [`${missing.length} that this scenario needs are missing`]),
    ...(inTheWay.length === 0 ? [] : [`${inTheWay.length} that it does not need are in the way`]),
  ];
  throw new BenchFailure(
    `Of the rosters' subscriptions, ${problems.join(', and ')} (the first is between ${accounts.jidOf(first[0])} and ` +
      `${accounts.jidOf(first[1])}). Give --prepare to change the rosters.`,
  );
}

async function differences(
  crowd: Crowd,
  target: Target,
  population: Population,
  atOnce: number,
): Promise<Differences> {
  const missing: Pair[] = [];
  const inTheWay: Pair[] = [];
  const isLower = (user: number) => (contact: number) =>
    user < contact && contact < population.size;
  await pool(range(0, population.size), atOnce, async (user) => {
    await crowd.connect(user);
    const known = mutualContacts(await crowd.fetchRoster(user), target);
    const wanted = new Set(population.contactsOf(user));
    for (const contact of [...wanted].filter(isLower(user)))
      if (!known.has(contact)) missing.push([user, contact]);
    for (const contact of [...known].filter(isLower(user)))
      if (!wanted.has(contact)) inTheWay.push([user, contact]);
    await crowd.leave(user);
  });
  return { missing, inTheWay };
}

/** Both halves go, with the notifications of RFC 6121 §2.5. */
async function remove(
  crowd: Crowd,
  { accounts }: Target,
  pairs: readonly Pair[],
  { concurrency }: StageSettings,
): Promise<void> {
  const users = [...new Set(pairs.flat())];
  await pool(users, concurrency, (user) => crowd.connect(user));
  await pool(pairs, concurrency, async ([left, right]) => {
    for (const [user, contact] of [
      [left, right],
      [right, left],
    ] as const) {
      const item = `<item jid='${accounts.jidOf(contact)}' subscription='remove'/>`;
      await crowd.client(user).ask('set', `<query xmlns='jabber:iq:roster'>${item}</query>`);
    }
  });
  await pool(users, concurrency, (user) => crowd.leave(user));
}

function mutualContacts(roster: string, { accounts }: Target): ReadonlySet<number> {
  const items = roster.match(/<item\b[^>]*>/g) ?? [];
  const mutual = items.filter((item) => attribute(item, 'subscription') === 'both');
  return new Set(mutual.flatMap((item) => accounts.userOf(attribute(item, 'jid') ?? '') ?? []));
}

async function subscribe(
  crowd: Crowd,
  target: Target,
  pairs: readonly Pair[],
  { concurrency, patienceMs }: StageSettings,
): Promise<void> {
  const handshakes = new Handshakes(crowd, target, patienceMs);
  const users = [...new Set(pairs.flat())];
  await pool(users, concurrency, (user) => crowd.arrive(user));
  await pool(pairs, concurrency, ([left, right]) => handshakes.between(left, right));
  await pool(users, concurrency, (user) => crowd.leave(user));
}
