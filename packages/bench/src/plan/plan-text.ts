// A plan as a person reads it: what happens, what it takes, what limits it, and how far to believe it.

import { textTable } from '../report/table.ts';
import { rounded, whole } from '../report/wording.ts';
import { ceilingsOf, usedOf } from './ceilings.ts';
import type { Check, Constants } from './constants.ts';
import { demandOf, type Demand, type Habits } from './demand.ts';
import {
  planCluster,
  planEmbedded,
  type ClusterPlan,
  type RolePlan,
  type Sizing,
} from './model.ts';

interface Column {
  readonly habits: Habits;
  readonly demand: Demand;
  readonly embedded: RolePlan;
  readonly cluster: ClusterPlan | undefined;
}

/** A column for each of the habits. */
export function planText(constants: Constants, sizing: Sizing, habits: readonly Habits[]): string {
  const columns = habits.map((each): Column => {
    const demand = demandOf(each);
    const embedded = planEmbedded(constants, demand);
    const cluster =
      constants.cluster === undefined ? undefined : planCluster(constants.cluster, demand, sizing);
    return { habits: each, demand, embedded, cluster };
  });
  const table = (title: string, rows: readonly Row[]) =>
    textTable({
      head: [title, ...columns.map(({ habits: { online } }) => `${whole(online)} online`)],
      rows: rows.map(({ name, value }) => [name, ...columns.map((column) => value(column))]),
    });
  return [
    table('Each second', demandRows),
    '',
    table('In one process (embedded)', embeddedRows),
    '',
    ...(constants.cluster === undefined
      ? ['No cluster has been measured yet, so none is planned.']
      : [table('As a cluster', clusterRows)]),
    '',
    ...columns.map((column) => limitOf(column, sizing)),
    '',
    ...provenance(constants, sizing),
    '',
  ].join('\n');
}

interface Row {
  readonly name: string;
  readonly value: (column: Column) => string;
}

const demandRows: readonly Row[] = [
  { name: 'contacts online, of each user', value: ({ demand }) => rounded(demand.watchers) },
  { name: 'changes of presence', value: ({ demand }) => rounded(demand.changesPerSecond) },
  { name: 'logins, and as many logouts', value: ({ demand }) => rounded(demand.loginsPerSecond) },
  { name: 'subscriptions', value: ({ demand }) => rounded(demand.handshakesPerSecond) },
  { name: 'presences delivered', value: ({ demand }) => rounded(demand.deliveriesPerSecond) },
];

const embeddedRows: readonly Row[] = [
  { name: 'cores at work', value: ({ embedded }) => rounded(embedded.cores) },
  { name: 'memory, GiB', value: ({ embedded }) => rounded(embedded.memoryGiB) },
];

const ofCluster = (name: string, value: (plan: ClusterPlan) => string): Row => ({
  name,
  value: ({ cluster }) => (cluster === undefined ? '' : value(cluster)),
});

const role = (name: string, pick: (plan: ClusterPlan) => RolePlan): readonly Row[] => [
  ofCluster(name, (plan) => whole(pick(plan).processes)),
  ofCluster('· cores at work', (plan) => rounded(pick(plan).cores)),
  ofCluster('· memory, GiB', (plan) => rounded(pick(plan).memoryGiB)),
];

const clusterRows: readonly Row[] = [
  ...role('engines', ({ engines }) => engines),
  ...role('front-ends', ({ frontEnds }) => frontEnds),
  ofCluster('NATS, cores at work', (plan) => rounded(plan.natsCores)),
  ofCluster('bus messages per change', (plan) => rounded(plan.messagesPerChange)),
  ofCluster('bus messages per second', (plan) => whole(plan.busMessagesPerSecond)),
  ofCluster('bus traffic, MiB per second', (plan) => rounded(plan.busMiBPerSecond)),
];

function limitOf({ habits, embedded, cluster }: Column, sizing: Sizing): string {
  const at = `At ${whole(habits.online)} online`;
  if (embedded.cores <= sizing.load && embedded.memoryGiB <= sizing.processGiB)
    return `${at}, one process is enough; a cluster is for outliving a machine.`;
  const [nearest] = cluster === undefined ? [] : ceilingsOf(cluster);
  if (nearest === undefined) return `${at}, one process is not enough.`;
  const { what, needed, most, because } = nearest;
  const used = usedOf(nearest);
  return used > 1
    ? `${at}, the limit is ${what}: ${rounded(needed)} are needed and ${whole(most)} possible; ${because}.`
    : `${at}, nothing limits it: nearest are ${what}, ${rounded(used * 100)} % of what is possible.`;
}

/** What the costs say of runs that they do not come from, beside what those runs were. */
export function checkLines({ embedded, cluster }: Constants): readonly string[] {
  return [
    'Checked on runs that no cost comes from:',
    ...embedded.checks.map((check) => checkLine('embedded', check)),
    ...(cluster?.checks.map((check) => checkLine(`cluster of ${cluster.size}`, check)) ?? []),
  ];
}

function provenance(constants: Constants, sizing: Sizing): readonly string[] {
  const { measured, hashingUs } = constants;
  return [
    `From costs measured on ${measured.date.slice(0, 10)}, version ${measured.version}, ${measured.machine} (\`${measured.command}\`),`,
    `without TLS; processes are planned for ${rounded(sizing.load * 100)} % of a core and ${rounded(sizing.processGiB)} GiB each.`,
    `Logins by SCRAM; by PLAIN each costs ${rounded(hashingUs / 1000)} ms more at a front-end, for hashing the password.`,
    ...checkLines(constants),
  ];
}

function checkLine(what: string, { what: run, predictedUs, measuredUs }: Check): string {
  const off = Math.abs(predictedUs / measuredUs - 1) * 100;
  return `· ${what}, ${run}: ${rounded(predictedUs)} µs predicted, ${rounded(measuredUs)} µs measured, ${rounded(off)} % off.`;
}
