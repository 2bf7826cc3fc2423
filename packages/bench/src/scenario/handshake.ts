// Pairs of users subscribe to each other: two requests, two approvals, all pushes, durable at the end.

import { Histogram } from '../measure/histogram.ts';
import { count, type ValuesOf } from '../option/option.ts';
import { range, strangers } from '../population/population.ts';
import { phrase, whole } from '../report/wording.ts';
import { Handshakes } from '../crowd/handshakes.ts';
import type { FigureBook, ScenarioDefinition } from './scenario.ts';
import type { Stage } from './stage.ts';

const options = {
  pairs: count(300, 'pairs of users, all online'),
  atOnce: count(20, 'handshakes under way at once'),
  warmUp: count(50, 'pairs before anything is measured', 0),
};

type Values = ValuesOf<typeof options>;

export const handshake: ScenarioDefinition<typeof options> = {
  name: 'handshake',
  summary: 'pairs of online users subscribe to each other, at a concurrency',
  options,
  play: (values) => ({
    title: `${whole(values.pairs)} pairs subscribe to each other, ${whole(values.atOnce)} at once`,
    population: strangers(2 * (values.pairs + values.warmUp)),
    act: (stage) => act(stage, values),
    conclude: (figures) => conclude(figures),
  }),
};

async function act(stage: Stage, { pairs, atOnce, warmUp }: Values): Promise<void> {
  const { crowd } = stage;
  const users = range(0, 2 * (pairs + warmUp));
  await stage.each('users log in', users, (user) => crowd.arrive(user));
  const handshakes = new Handshakes(crowd, stage.target, stage.settings.patienceMs);
  const shake = (pair: number) => {
    const [left, right] = [2 * pair, 2 * pair + 1];
    crowd.ledger.watch(left, right, true);
    crowd.ledger.watch(right, left, true);
    return handshakes.between(left, right);
  };
  await stage.each('warming up', range(0, warmUp), shake, atOnce);
  await crowd.settled();
  const operation = { singular: 'handshake', plural: 'handshakes' };
  const plan = { name: 'handshake', operation, latency: 'from request to both pushes' };
  await stage.phase({ ...plan, isDelivery: false }, async () => {
    const latency = new Histogram();
    const timed = async (pair: number) => {
      const beganMs = performance.now();
      await shake(pair);
      latency.record((performance.now() - beganMs) * 1000);
    };
    await stage.each('handshakes', range(warmUp, warmUp + pairs), timed, atOnce);
    return { operations: pairs, latency };
  });
}

function conclude(figures: FigureBook): string {
  const cost = figures.get('handshake.cpuMsPerOperation');
  const spent = cost === undefined ? '' : `, and ${phrase(cost, 'ms')} of server CPU`;
  return `Two users were subscribed to each other, and told so, after ${phrase(figures.get('handshake.p50Ms'), 'ms')}${spent}.`;
}
