// The floor: the same bytes written to as many sockets, with no server in between.

import { count } from '../option/option.ts';
import { range, strangers } from '../population/population.ts';
import { phrase, whole } from '../report/wording.ts';
import { raw as rawTarget } from '../target/raw.ts';
import { saySpaced } from './pace.ts';
import type { ScenarioDefinition } from './scenario.ts';
import { Stage } from './stage.ts';

const options = {
  contacts: count(1000, 'sockets that are written to'),
  changes: count(50, 'times that each is written to'),
  pauseMs: count(20, 'pause between two of them, in milliseconds', 0),
  warmUp: count(20, 'times before anything is measured', 0),
};

export const raw: ScenarioDefinition<typeof options> = {
  name: 'raw',
  summary: 'the same bytes to as many sockets, with no server in between: the floor',
  options,
  play: (values) => ({
    title: `1 writer, ${whole(values.contacts)} sockets`,
    population: strangers(0),
    streams: values.contacts + 1,
    source: rawTarget,
    act: (stage) => act(stage, values),
    conclude: (figures) =>
      `Writing a presence to each of ${whole(values.contacts)} sockets costs ` +
      `${phrase(figures.get('raw.cpuUsPerDelivery'), 'µs')} of CPU for each here; no server in Node can deliver for less.`,
  }),
};

export interface Floor {
  /** Sockets that are written to. */
  readonly contacts: number;
  readonly changes: number;
  readonly pauseMs: number;
  readonly warmUp: number;
}

const speaker = 0;
const change = { singular: 'change', plural: 'changes' };

async function act(stage: Stage, floor: Floor): Promise<void> {
  const { crowd } = stage;
  const receivers = range(1, floor.contacts + 1);
  await stage.each('sockets connect', receivers, (user) => crowd.connect(user));
  for (const receiver of receivers) crowd.ledger.watch(receiver, speaker);
  await crowd.connect(speaker);
  await saySpaced(stage, { label: 'warming up', user: speaker, times: floor.warmUp, pauseMs: 0 });
  const plan = { name: 'raw', operation: change, latency: 'from change to sight' };
  await stage.phase(plan, async () => {
    const { changes, pauseMs } = floor;
    await saySpaced(stage, { label: 'raw', user: speaker, times: changes, pauseMs });
    return { operations: changes };
  });
}

/** Plays it on a stage of its own, and adds what was measured to this one. */
export async function measureFloor(stage: Stage, floor: Floor, bytes: number): Promise<void> {
  const target = await rawTarget(stage.target.accounts).open(strangers(0));
  const own = new Stage(target, { ...stage.settings, presenceBytes: bytes }, stage.progress);
  try {
    await act(own, floor);
    stage.join(own.outcome());
  } finally {
    own.crowd.disperse();
    await target.stop();
  }
}
