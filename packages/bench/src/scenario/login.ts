// A user with many contacts logs in, some of them online: what the stream, the roster and the presence cost.

import { figure } from '../measure/figure.ts';
import { Histogram } from '../measure/histogram.ts';
import { allRolesMs } from '../measure/server-probe.ts';
import { itemsIn } from '../client/stanza.ts';
import { count, share, type ValuesOf } from '../option/option.ts';
import { hubs, range } from '../population/population.ts';
import { phrase, whole } from '../report/wording.ts';
import { BenchFailure } from '../failure/bench-failure.ts';
import type { FigureBook, ScenarioDefinition } from './scenario.ts';
import type { Stage } from './stage.ts';

const options = {
  contacts: count(5000, 'contacts in the roster'),
  online: share(1, 'the share of them that is online'),
  logins: count(5, 'users who log in, each with the same contacts'),
};

type Values = ValuesOf<typeof options>;

export const login: ScenarioDefinition<typeof options> = {
  name: 'login',
  summary: 'a user with N contacts logs in, a share of them online',
  options,
  play: (values) => {
    const online = Math.round(values.contacts * values.online);
    // One more than are measured: the first finds the server cold.
    const users = values.logins + 1;
    return {
      title: `a roster of ${whole(values.contacts)}, ${whole(online)} of them online`,
      population: hubs({ hubs: users, contacts: values.contacts }),
      streams: users + online,
      act: (stage) => act(stage, values, online),
      conclude: (figures) => conclude(figures, values, online),
    };
  },
};

const operation = { singular: 'login', plural: 'logins' };

async function act(stage: Stage, values: Values, online: number): Promise<void> {
  const { crowd } = stage;
  const users = range(0, values.logins + 1);
  const [first = 0, ...measured] = users;
  const contacts = range(users.length, users.length + online);
  await stage.each('contacts log in', contacts, (user) => crowd.arrive(user));
  await crowd.connect(first);
  await fetchRoster(stage, first, values.contacts);
  await exchangePresence(stage, first, contacts);

  const inTurn = async (work: (user: number) => Promise<unknown>) => {
    const latency = new Histogram();
    for (const user of measured) {
      const beganMs = performance.now();
      await work(user);
      latency.record((performance.now() - beganMs) * 1000);
    }
    return { operations: measured.length, latency };
  };
  const phases = [
    await stage.phase({ name: 'stream', operation, latency: 'until bound' }, () =>
      inTurn((user) => crowd.connect(user)),
    ),
    await stage.phase({ name: 'roster', operation, latency: 'until received' }, () =>
      inTurn((user) => fetchRoster(stage, user, values.contacts)),
    ),
    await stage.phase({ name: 'presence', operation, latency: 'until all is exchanged' }, () =>
      inTurn((user) => exchangePresence(stage, user, contacts)),
    ),
  ];
  if (stage.target.processes().length === 0) return;
  const cpuMs = phases.reduce((sum, { spent }) => sum + allRolesMs(spent.cpu), 0);
  const perLogin = cpuMs / measured.length;
  stage.add(figure('login', 'cpuMsPerOperation', 'server CPU per login', 'ms', perLogin));
}

async function fetchRoster(stage: Stage, user: number, contacts: number): Promise<void> {
  const items = itemsIn(await stage.crowd.fetchRoster(user));
  if (items !== contacts)
    throw new BenchFailure(
      `The roster of user ${user} has ${items} contacts; ${contacts} were expected.`,
    );
}

/** Over when the user has seen all contacts that are online, and they the user. */
async function exchangePresence(
  stage: Stage,
  user: number,
  contacts: readonly number[],
): Promise<void> {
  const { crowd } = stage;
  for (const contact of contacts) {
    crowd.ledger.watch(contact, user);
    crowd.ledger.watch(user, contact, true);
  }
  crowd.say(user);
  await crowd.settled();
}

function conclude(figures: FigureBook, { contacts }: Values, online: number): string {
  const took = (figures.get('roster.p50Ms') ?? 0) + (figures.get('presence.p50Ms') ?? 0);
  const cost = figures.get('login.cpuMsPerOperation');
  const spent = cost === undefined ? '' : ` and ${phrase(cost, 'ms')} of server CPU`;
  return (
    `A login with ${whole(contacts)} contacts took ${phrase(took, 'ms')} once the stream was up${spent}, ` +
    `until all presence was exchanged with the ${whole(online)} who were online.`
  );
}
