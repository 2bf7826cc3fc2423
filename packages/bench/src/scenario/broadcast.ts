// One user changes presence, and many contacts are to see it: one change at a time, then many at once.

import { figure, netFigures } from '../measure/figure.ts';
import { Histogram } from '../measure/histogram.ts';
import { count, flag, type ValuesOf } from '../option/option.ts';
import { hubs, range } from '../population/population.ts';
import { phrase, times, whole } from '../report/wording.ts';
import { measureFloor } from './raw.ts';
import type { FigureBook, ScenarioDefinition } from './scenario.ts';
import { saySpaced } from './pace.ts';
import type { Stage } from './stage.ts';

const options = {
  contacts: count(1000, 'contacts online'),
  changes: count(50, 'changes of presence, each after everybody has seen the one before'),
  pauseMs: count(20, 'pause between two of them, in milliseconds', 0),
  burst: count(50, 'changes that are then written at once'),
  warmUp: count(20, 'changes before anything is measured', 0),
  restMs: count(3000, 'how long to look at what the server uses at rest, in milliseconds', 0),
  skipRaw: flag('do not measure what bare socket writes cost'),
};

type Values = ValuesOf<typeof options>;

export const broadcast: ScenarioDefinition<typeof options> = {
  name: 'broadcast',
  summary: 'one user changes presence before N online contacts, paced and in a burst',
  options,
  play: (values) => ({
    title: `1 user, ${whole(values.contacts)} contacts online`,
    population: hubs({ hubs: 1, contacts: values.contacts }),
    act: (stage) => act(stage, values),
    conclude: (figures) => conclude(figures, values),
  }),
};

const speaker = 0;
const change = { singular: 'change', plural: 'changes' };
const latency = 'from change to sight';

async function act(stage: Stage, values: Values): Promise<void> {
  const { crowd } = stage;
  const contacts = range(1, values.contacts + 1);
  await stage.each('contacts log in', contacts, (user) => crowd.arrive(user));
  for (const contact of contacts) {
    crowd.ledger.watch(contact, speaker);
    crowd.ledger.watch(speaker, contact, true);
  }
  await crowd.arrive(speaker);
  await crowd.settled();
  await saySpaced(stage, { label: 'warming up', user: speaker, times: values.warmUp, pauseMs: 0 });

  const restingMsPerSecond = await stage.atRest(values.restMs);
  const reach = new Histogram();
  const bytesBefore = crowd.bytesRead();
  const paced = await stage.phase({ name: 'paced', operation: change, latency }, async () => {
    const { changes, pauseMs } = values;
    await saySpaced(stage, { label: 'paced', user: speaker, times: changes, pauseMs, reach });
    return { operations: changes };
  });
  stage.add(figure('paced', 'reachMs', 'until all have seen it', 'ms', reach.quantile(0.5) / 1000));
  if (values.restMs > 0) stage.add(...netFigures(paced, restingMsPerSecond));
  const bytes = Math.round((crowd.bytesRead() - bytesBefore) / Math.max(1, paced.tally.delivered));
  stage.add(figure('paced', 'bytes', 'bytes per delivery', '', bytes));

  await stage.phase({ name: 'burst', operation: change, latency }, () => {
    crowd.sayAtOnce(speaker, values.burst);
    return Promise.resolve({ operations: values.burst });
  });
  if (values.skipRaw) return;
  await stage.disperse();
  await measureFloor(stage, values, bytes);
}

function conclude(figures: FigureBook, { contacts }: Values): string {
  const reached = `One presence change reached ${whole(contacts)} contacts in ${phrase(figures.get('paced.reachMs'), 'ms')}`;
  const cost = figures.get('paced.cpuUsPerDelivery');
  if (cost === undefined) return `${reached}. (Without --pids, the server's CPU time is unknown.)`;
  const floor = figures.get('raw.cpuUsPerDelivery');
  const ratio =
    floor === undefined ? '' : `, ${times(cost / floor)} what bare socket writes cost here`;
  return `${reached}, at ${phrase(cost, 'µs')} of server CPU for each of them${ratio}.`;
}
