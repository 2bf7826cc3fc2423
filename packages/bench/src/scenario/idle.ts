// Many users are online and do nothing: what does each of them hold?

import { setTimeout as delay } from 'node:timers/promises';
import { figure } from '../measure/figure.ts';
import { allRolesKiB, allRolesMs } from '../measure/server-probe.ts';
import { count, decimal, type ValuesOf } from '../option/option.ts';
import { circle, range, withStrangers } from '../population/population.ts';
import { phrase, rounded, whole } from '../report/wording.ts';
import type { FigureBook, ScenarioDefinition } from './scenario.ts';
import type { Stage } from './stage.ts';

const options = {
  sessions: count(5000, 'users online'),
  contacts: count(10, 'contacts of each, all among them', 0),
  seconds: decimal(10, 'seconds of idleness'),
  warmUp: count(300, 'users who come and go before memory is looked at', 0),
};

type Values = ValuesOf<typeof options>;

export const idle: ScenarioDefinition<typeof options> = {
  name: 'idle',
  summary: 'M users are online and idle: memory per session',
  options,
  play: (values) => ({
    title: `${whole(values.sessions)} users with ${whole(values.contacts)} contacts each, idle`,
    population: withStrangers(circle(values.sessions, values.contacts), values.warmUp),
    act: (stage) => act(stage, values),
    conclude: (figures) => conclude(figures, values),
  }),
};

async function act(stage: Stage, values: Values): Promise<void> {
  const { crowd } = stage;
  const { sessions, contacts, warmUp } = values;
  const early = range(sessions, sessions + warmUp);
  await stage.each('warming up', early, (user) => crowd.arrive(user));
  await stage.each('logging out', early, (user) => crowd.leave(user));

  const users = range(0, sessions);
  const { contactsOf } = circle(sessions, contacts);
  for (const user of users)
    for (const contact of contactsOf(user)) crowd.ledger.watch(user, contact);
  const login = { singular: 'login', plural: 'logins' };
  const arriving = await stage.phase(
    { name: 'arrival', operation: login, isDelivery: false },
    async () => {
      await stage.each('users log in', users, (user) => crowd.arrive(user));
      return { operations: sessions };
    },
  );
  const session = { singular: 'session', plural: 'sessions' };
  const idling = await stage.phase({ name: 'idle', operation: session }, async () => {
    await delay(values.seconds * 1000);
    return { operations: sessions };
  });

  const heldKiB = allRolesKiB(idling.spent.memoryKiB.after);
  const grownKiB = heldKiB - allRolesKiB(arriving.spent.memoryKiB.before);
  const cpuMs = allRolesMs(idling.spent.cpu);
  if (heldKiB > 0)
    stage.add(
      figure('idle', 'kibPerSession', 'memory per session', 'KiB', grownKiB / sessions),
      figure('idle', 'cpuShare', 'CPU while idle', '% of a core', cpuMs / values.seconds / 10),
    );
}

function conclude(figures: FigureBook, { sessions }: Values): string {
  const kib = figures.get('idle.kibPerSession');
  if (kib === undefined)
    return `${whole(sessions)} users were online; without --pids, the server's memory is unknown.`;
  return (
    `An idle session held ${phrase(kib, 'KiB')}; ${whole(sessions)} of them kept the server busy for ` +
    `${rounded(figures.get('idle.cpuShare') ?? NaN)} % of one core.`
  );
}
