// Many users log in at once, each the contact of many others: after a network was away, say.

import { figure } from '../measure/figure.ts';
import { hashingMs } from '../measure/hashing.ts';
import { Histogram } from '../measure/histogram.ts';
import { count, type ValuesOf } from '../option/option.ts';
import { circle, range, withStrangers } from '../population/population.ts';
import { randomFrom, shuffled } from '../population/random.ts';
import { phrase, rounded, whole } from '../report/wording.ts';
import type { FigureBook, ScenarioDefinition } from './scenario.ts';
import type { Stage } from './stage.ts';

const options = {
  sessions: count(1000, 'users who log in'),
  contacts: count(50, 'contacts of each, all among them'),
  atOnce: count(100, 'logins under way at once'),
  streams: count(200, 'logins without roster and presence, to know what streams alone cost'),
};

type Values = ValuesOf<typeof options>;

export const storm: ScenarioDefinition<typeof options> = {
  name: 'storm',
  summary: 'M users with R contacts each log in at a concurrency',
  options,
  play: (values) => ({
    title: `${whole(values.sessions)} users with ${whole(values.contacts)} contacts each log in, ${whole(values.atOnce)} at once`,
    population: withStrangers(circle(values.sessions, values.contacts), values.streams),
    act: (stage) => act(stage, values),
    conclude: (figures) => conclude(figures, values),
  }),
};

const operation = { singular: 'login', plural: 'logins' };

async function act(stage: Stage, values: Values): Promise<void> {
  const { crowd } = stage;
  const { sessions, contacts, streams, atOnce } = values;
  const alone = range(sessions, sessions + streams);
  // Half of them first, so that neither phase meets a server that has never seen a login.
  const [early, measured] = [alone.slice(0, streams / 2), alone.slice(streams / 2)];
  await stage.each('warming up', early, (user) => crowd.arrive(user), atOnce);
  await stage.phase({ name: 'stream', operation, latency: 'until bound' }, () =>
    timed(
      measured,
      (work) => stage.each('streams', measured, work, atOnce),
      (user) => crowd.connect(user),
    ),
  );
  await stage.each('logging out', alone, (user) => crowd.leave(user));

  const { contactsOf } = circle(sessions, contacts);
  const users = range(0, sessions);
  for (const user of users)
    for (const contact of contactsOf(user)) crowd.ledger.watch(user, contact);
  const order = shuffled(users, randomFrom(1));
  await stage.phase(
    { name: 'storm', operation, latency: 'until the roster came', isDelivery: false },
    () =>
      timed(
        order,
        (work) => stage.each('storm', order, work, atOnce),
        (user) => crowd.arrive(user),
      ),
  );
  // PLAIN leaves it to the server, SCRAM to the client.
  stage.add(
    figure('hashing', 'ms4096', 'PBKDF2, 4,096 iterations', 'ms', hashingMs(4096)),
    figure('hashing', 'ms10000', 'PBKDF2, 10,000 iterations', 'ms', hashingMs(10_000)),
  );
}

async function timed(
  users: readonly number[],
  forEach: (work: (user: number) => Promise<void>) => Promise<void>,
  work: (user: number) => Promise<unknown>,
) {
  const latency = new Histogram();
  await forEach(async (user) => {
    const beganMs = performance.now();
    await work(user);
    latency.record((performance.now() - beganMs) * 1000);
  });
  return { operations: users.length, latency };
}

function conclude(figures: FigureBook, { sessions, contacts }: Values): string {
  const seconds = (figures.get('storm.elapsedMs') ?? NaN) / 1000;
  const cost = figures.get('storm.cpuMsPerOperation');
  const spent = cost === undefined ? '' : `; a login cost ${phrase(cost, 'ms')} of server CPU`;
  return (
    `${whole(sessions)} users with ${whole(contacts)} contacts each were online and had seen each other ` +
    `after ${rounded(seconds)} s${spent}.`
  );
}
