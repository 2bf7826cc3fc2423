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

/** Rejects when a subscription is missing and `mayMake` is false. Everybody is logged out again at the end. */
export function rostersFor(settings: StageSettings, mayMake: boolean) {
  return async (target: Target, population: Population): Promise<void> => {
    const crowd = new Crowd({ ...settings, target });
    try {
      const missing = await missingPairs(crowd, target, population, settings.concurrency);
      const [first] = missing;
      if (first === undefined) return;
      if (!mayMake)
        throw new BenchFailure(
          `${missing.length} subscriptions that this scenario needs are missing (the first is between ` +
            `${target.accounts.jidOf(first[0])} and ${target.accounts.jidOf(first[1])}). Give --prepare to make them.`,
        );
      await subscribe(crowd, target, missing, settings);
    } finally {
      crowd.disperse();
    }
  };
}

async function missingPairs(
  crowd: Crowd,
  target: Target,
  population: Population,
  atOnce: number,
): Promise<readonly Pair[]> {
  const missing: Pair[] = [];
  await pool(range(0, population.size), atOnce, async (user) => {
    const wanted = population.contactsOf(user).filter((contact) => contact < population.size);
    if (wanted.length === 0) return;
    await crowd.connect(user);
    const known = mutualContacts(await crowd.fetchRoster(user), target);
    for (const contact of wanted)
      if (user < contact && !known.has(contact)) missing.push([user, contact]);
    await crowd.leave(user);
  });
  return missing;
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
