// Many users are online and change their presence at a rate: how stale is what their contacts see?

import { count, decimal, type ValuesOf } from '../option/option.ts';
import { circle, range } from '../population/population.ts';
import { randomFrom } from '../population/random.ts';
import { phrase, whole } from '../report/wording.ts';
import { saySteadily } from './pace.ts';
import type { FigureBook, ScenarioDefinition } from './scenario.ts';
import type { Stage } from './stage.ts';

const options = {
  sessions: count(500, 'users online'),
  contacts: count(20, 'contacts of each, all among them'),
  rate: decimal(100, 'changes of presence per second, of all together'),
  seconds: decimal(10, 'seconds that are measured'),
  warmUpSeconds: decimal(2, 'seconds before'),
};

type Values = ValuesOf<typeof options>;

export const churn: ScenarioDefinition<typeof options> = {
  name: 'churn',
  summary: 'M online users change presence at a rate; how stale is what others see',
  options,
  play: (values) => ({
    title: `${whole(values.sessions)} users with ${whole(values.contacts)} contacts each, ${whole(values.rate)} changes per second`,
    population: circle(values.sessions, values.contacts),
    act: (stage) => act(stage, values),
    conclude: (figures) => conclude(figures, values),
  }),
};

async function act(stage: Stage, values: Values): Promise<void> {
  const { sessions, contacts, rate: perSecond } = values;
  const next = await gatherCircle(stage, sessions, contacts);
  await saySteadily(stage, { label: 'warming up', perSecond, seconds: values.warmUpSeconds, next });
  await stage.crowd.settled();
  const operation = { singular: 'change', plural: 'changes' };
  const plan = { name: 'churn', operation, latency: 'from change to sight' };
  await stage.phase(plan, async () => {
    const { seconds } = values;
    return { operations: await saySteadily(stage, { label: 'churn', perSecond, seconds, next }) };
  });
}

/** Users 0 and on are online and see their contacts of the circle; resolves with who is to change next. */
export async function gatherCircle(
  stage: Stage,
  sessions: number,
  contacts: number,
): Promise<() => number> {
  const { crowd } = stage;
  const { contactsOf } = circle(sessions, contacts);
  const users = range(0, sessions);
  for (const user of users)
    for (const contact of contactsOf(user)) crowd.ledger.watch(user, contact);
  await stage.each('users log in', users, (user) => crowd.arrive(user));
  await crowd.settled();
  const random = randomFrom(1);
  return () => Math.floor(random() * sessions);
}

function conclude(figures: FigureBook, { rate, contacts }: Values): string {
  const cost = figures.get('churn.cpuUsPerDelivery');
  const spent = cost === undefined ? '' : `, at ${phrase(cost, 'µs')} of server CPU per delivery`;
  return (
    `With ${whole(rate)} changes per second, each before ${whole(contacts)} contacts, half of what was seen was ` +
    `less than ${phrase(figures.get('churn.p50Ms'), 'ms')} old and 99 % less than ${phrase(figures.get('churn.p99Ms'), 'ms')}${spent}.`
  );
}
