// A node is killed while users change their presence: how long does anybody see what is not true any more?

import { setTimeout as delay } from 'node:timers/promises';
import { count, decimal, word, type ValuesOf } from '../option/option.ts';
import { circle } from '../population/population.ts';
import { phrase, rounded, whole } from '../report/wording.ts';
import { BenchFailure } from '../failure/bench-failure.ts';
import type { TargetNode } from '../target/target.ts';
import { gatherCircle } from './churn.ts';
import { saySteadily } from './pace.ts';
import type { FigureBook, ScenarioDefinition } from './scenario.ts';
import type { Stage } from './stage.ts';

const options = {
  sessions: count(500, 'users online'),
  contacts: count(20, 'contacts of each, all among them'),
  rate: decimal(100, 'changes of presence per second, of all together'),
  secondsBefore: decimal(5, 'seconds of changes before the kill'),
  secondsAfter: decimal(15, 'seconds of changes after it'),
  kill: word('engine', ['engine', 'front-end', 'nats'], 'what is killed, the first of its kind'),
  killPid: count(0, 'the process to kill, of a server that runs already', 0),
};

type Values = ValuesOf<typeof options>;

export const failover: ScenarioDefinition<typeof options> = {
  name: 'failover',
  summary: 'a node of a cluster is killed under churn: seconds in which something is stale',
  options,
  cluster: '2+2+3',
  play: (values) => ({
    title: `${whole(values.sessions)} users with ${whole(values.contacts)} contacts each, ${whole(values.rate)} changes per second, the ${values.kill} killed`,
    population: circle(values.sessions, values.contacts),
    act: (stage) => act(stage, values),
    conclude: (figures) => conclude(figures, values),
  }),
};

const change = { singular: 'change', plural: 'changes' };
const latency = 'from change to sight';

async function act(stage: Stage, values: Values): Promise<void> {
  const { sessions, contacts, rate: perSecond, secondsBefore, secondsAfter } = values;
  const victim = victimOf(stage, values);
  const next = await gatherCircle(stage, sessions, contacts);
  const churn = async (name: string, seconds: number) => ({
    operations: await saySteadily(stage, { label: name, perSecond, seconds, next }),
  });
  const plan = { operation: change, latency };
  await stage.phase({ ...plan, name: 'before' }, () => churn('before', secondsBefore));
  if (victim.role === 'front-end') await loseFrontEnd(stage, victim);
  else
    await stage.phase({ ...plan, name: 'failover' }, async () => {
      await victim.kill();
      return churn('after the kill', secondsAfter);
    });
  await stage.phase({ ...plan, name: 'after' }, () => churn('after', secondsBefore));
}

/** Its streams end with it. Over when the contacts of all their users have seen them go. */
async function loseFrontEnd(stage: Stage, victim: Victim): Promise<void> {
  const { crowd } = stage;
  const streams = crowd.size;
  const operation = { singular: 'lost stream', plural: 'lost streams' };
  crowd.mayLoseStreams = true;
  await stage.phase({ name: 'failover', operation, isDelivery: false }, async () => {
    await victim.kill();
    await delay(socketsCloseMs);
    return { operations: streams - crowd.size };
  });
  crowd.mayLoseStreams = false;
}

/** The kernel closes the sockets of a killed process at once. */
const socketsCloseMs = 200;

type Victim = Pick<TargetNode, 'role' | 'kill'>;

function victimOf({ target }: Stage, { kill, killPid }: Values): Victim {
  if (killPid > 0)
    return {
      role: kill,
      kill: () => {
        process.kill(killPid, 'SIGKILL');
        return Promise.resolve();
      },
    };
  const node = target.nodes?.find(({ role }) => role === kill);
  if (node !== undefined) return node;
  throw new BenchFailure(
    `${target.name} has no ${kill} to kill: start a cluster with --cluster 2+2, or name one with --kill-pid.`,
  );
}

function conclude(figures: FigureBook, { kill }: Values): string {
  const usual = `(before: ${phrase(figures.get('before.maxMs'), 'ms')})`;
  const seconds = (key: string) => rounded((figures.get(key) ?? NaN) / 1000);
  return kill === 'front-end'
    ? `After the front-end was killed, the ${whole(figures.get('failover.operations') ?? NaN)} users it had held ` +
        `were seen to be gone within ${seconds('failover.elapsedMs')} s.`
    : `After the ${kill} was killed, no change was unseen for longer than ${seconds('failover.maxMs')} s ${usual}.`;
}
