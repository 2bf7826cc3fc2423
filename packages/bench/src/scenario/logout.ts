// Many users go, all of them before the eyes of one who stays.

import { count, flag, type ValuesOf } from '../option/option.ts';
import { hubs, range } from '../population/population.ts';
import { phrase, rounded, whole } from '../report/wording.ts';
import type { FigureBook, ScenarioDefinition } from './scenario.ts';
import type { Stage } from './stage.ts';

const options = {
  sessions: count(5000, 'users who go'),
  atOnce: count(200, 'streams that are being closed at once'),
  warmUp: count(5000, 'users who go before anything is measured', 0),
  cut: flag('cut their connections, as a network that fails; else they close their streams'),
};

type Values = ValuesOf<typeof options>;

export const logout: ScenarioDefinition<typeof options> = {
  name: 'logout',
  summary: 'M online users go at once; the one contact of all sees each of them go',
  options,
  play: (values) => ({
    title: `${whole(values.sessions)} users go`,
    population: hubs({ hubs: 1, contacts: values.sessions + values.warmUp }),
    act: (stage) => act(stage, values),
    conclude: (figures) => conclude(figures, values),
  }),
};

const watcher = 0;
const operation = { singular: 'session', plural: 'sessions' };

async function act(stage: Stage, values: Values): Promise<void> {
  const { sessions, warmUp } = values;
  const { crowd } = stage;
  const users = range(1, sessions + warmUp + 1);
  await stage.each('users log in', users, (user) => crowd.arrive(user));
  for (const user of users) {
    crowd.ledger.watch(user, watcher);
    crowd.ledger.watch(watcher, user, true);
  }
  await crowd.arrive(watcher);
  await crowd.settled();
  await go(stage, 'warming up', users.slice(0, warmUp), values);
  await crowd.settled();
  await stage.phase({ name: 'logout', operation, isDelivery: false }, async () => {
    await go(stage, 'users go', users.slice(warmUp), values);
    return { operations: sessions };
  });
}

async function go(
  stage: Stage,
  label: string,
  users: readonly number[],
  { atOnce, cut }: Values,
): Promise<void> {
  if (cut) for (const user of users) stage.crowd.cut(user);
  else await stage.each(label, users, (user) => stage.crowd.leave(user), atOnce);
}

function conclude(figures: FigureBook, { sessions }: Values): string {
  const seconds = (figures.get('logout.elapsedMs') ?? NaN) / 1000;
  const cost = figures.get('logout.cpuMsPerOperation');
  const spent =
    cost === undefined ? '' : `, at ${phrase(cost * 1000, 'µs')} of server CPU for each session`;
  return `After ${rounded(seconds)} s all ${whole(sessions)} users were gone and seen to be gone${spent}.`;
}
