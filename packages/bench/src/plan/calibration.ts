// From measured runs to costs: which scenarios are played, and what each of them tells.

import { median } from '../measure/figure.ts';
import type { Phase } from '../measure/phase.ts';
import { allRolesMs } from '../measure/server-probe.ts';
import { playOf, type Staging } from '../scenario/catalogue.ts';
import type { Play } from '../scenario/scenario.ts';
import type { Outcome } from '../scenario/stage.ts';
import type { BusCosts, Check, RoleCosts } from './constants.ts';

const fewContacts = 10;
const manyContacts = 50;
const checkedContacts = 40;
const loginContacts = 2000;

/** By name, the runs that costs come from, and those that check them. */
const calibrationRuns = {
  broadcast: staging('broadcast', { contacts: 1000, skipRaw: true }),
  churn: staging('churn', { sessions: 500, contacts: fewContacts }),
  login: staging('login', { contacts: loginContacts, logins: 5 }),
  storm: staging('storm', { sessions: 500, contacts: fewContacts }),
  logout: staging('logout', { sessions: 1000 }),
  handshake: staging('handshake', { pairs: 200 }),
  idleFew: staging('idle', { sessions: 2000, contacts: fewContacts, seconds: 5 }),
  idleMany: staging('idle', { sessions: 2000, contacts: manyContacts, seconds: 5 }),
  checkChurn: staging('churn', { sessions: 500, contacts: checkedContacts, rate: 50 }),
  checkStorm: staging('storm', { sessions: 500, contacts: checkedContacts }),
} satisfies Record<string, Staging>;

export type RunName = keyof typeof calibrationRuns;
export const runNames = Object.keys(calibrationRuns) as readonly RunName[];
export type Outcomes = Readonly<Record<RunName, Outcome>>;

export function calibrationPlay(name: RunName): Play {
  return playOf(calibrationRuns[name]);
}

function staging(scenario: string, options: Staging['options']): Staging {
  return { scenario, options };
}

/** Differences of noisy numbers may come out below nothing. */
const atLeastNothing = (value: number) => Math.max(0, value);

export function roleCosts(outcomes: Outcomes, role: string, processes: number): RoleCosts {
  const phase = (run: RunName, name: string) => phaseOf(outcomes[run], name);
  const perOperation = (run: RunName, name: string) =>
    cpuUs(phase(run, name), role) / phase(run, name).operations;
  const perDelivery = (run: RunName, name: string) =>
    cpuUs(phase(run, name), role) / phase(run, name).tally.delivered;

  const deliveryUs = perDelivery('broadcast', 'paced');
  const arrivalUs = perDelivery('login', 'presence');
  const rosterItemUs = perOperation('login', 'roster') / loginContacts;
  const exchanged = phase('storm', 'storm').tally.delivered / phase('storm', 'storm').operations;
  const memory = memoryCosts(outcomes, role, processes);
  return {
    deliveryUs,
    arrivalUs,
    rosterItemUs,
    changeUs: atLeastNothing(perOperation('churn', 'churn') - fewContacts * deliveryUs),
    loginUs: atLeastNothing(
      perOperation('storm', 'storm') - fewContacts * rosterItemUs - exchanged * arrivalUs,
    ),
    logoutUs: atLeastNothing(perOperation('logout', 'logout') - deliveryUs),
    handshakeUs: perOperation('handshake', 'handshake'),
    ...memory,
  };
}

function memoryCosts(outcomes: Outcomes, role: string, processes: number) {
  const held = (run: 'idleFew' | 'idleMany') => {
    const before = phaseOf(outcomes[run], 'arrival').spent.memoryKiB.before[role] ?? 0;
    const { spent, operations } = phaseOf(outcomes[run], 'idle');
    return { before, perSession: ((spent.memoryKiB.after[role] ?? 0) - before) / operations };
  };
  const [few, many] = [held('idleFew'), held('idleMany')];
  const rosterItemKiB = atLeastNothing(
    (many.perSession - few.perSession) / (manyContacts - fewContacts),
  );
  return {
    rosterItemKiB,
    sessionKiB: atLeastNothing(few.perSession - fewContacts * rosterItemKiB),
    baseMiB: few.before / processes / 1024,
  };
}

/** Two runs with messages of different sizes tell what a message costs and what each delivery in it. */
export function busCosts(outcomes: Outcomes): BusCosts {
  const of = (run: RunName, name: string) => {
    const { spent, operations, tally } = phaseOf(outcomes[run], name);
    return { ...(spent.bus ?? { messages: 0, bytes: 0 }), operations, delivered: tally.delivered };
  };
  const [few, many] = [of('churn', 'churn'), of('broadcast', 'paced')];
  const determinant = few.messages * many.delivered - many.messages * few.delivered;
  const bytes = (value: number) => (determinant === 0 ? 0 : atLeastNothing(value / determinant));
  return {
    messageBytes: bytes(few.bytes * many.delivered - many.bytes * few.delivered),
    deliveryBytes: bytes(few.messages * many.bytes - many.messages * few.bytes),
    messagesPerChange: few.messages / few.operations,
  };
}

/** `costs` of all roles together; what was measured is the median of the rounds. */
export function checksOf(
  rounds: readonly Outcomes[],
  costs: readonly RoleCosts[],
): readonly Check[] {
  const sum = (of: (role: RoleCosts) => number) => costs.map(of).reduce((a, b) => a + b, 0);
  const measured = (run: RunName, name: string) =>
    median(rounds.map((outcomes) => cpuUsPerOperation(phaseOf(outcomes[run], name))));
  const exchanged = median(
    rounds.map(({ checkStorm }) => {
      const { tally, operations } = phaseOf(checkStorm, 'storm');
      return tally.delivered / operations;
    }),
  );
  return [
    {
      what: `a change of presence before ${checkedContacts} contacts`,
      predictedUs: sum((role) => role.changeUs + checkedContacts * role.deliveryUs),
      measuredUs: measured('checkChurn', 'churn'),
    },
    {
      what: `a login with ${checkedContacts} contacts in a storm`,
      predictedUs: sum(
        (role) => role.loginUs + checkedContacts * role.rosterItemUs + exchanged * role.arrivalUs,
      ),
      measuredUs: measured('checkStorm', 'storm'),
    },
  ];
}

/** Field by field, of several calibrations. */
export function medianFields<Costs extends Readonly<Record<string, number>>>(
  rounds: readonly Costs[],
): Costs {
  const [first] = rounds;
  if (first === undefined) throw new Error('there is no round');
  const fields = Object.keys(first).map((field) => [
    field,
    median(rounds.flatMap((round) => round[field] ?? [])),
  ]);
  return Object.fromEntries(fields) as Costs;
}

function phaseOf({ phases }: Outcome, name: string): Phase {
  const phase = phases.find((each) => each.name === name);
  if (phase === undefined) throw new Error(`there is no phase ${name}`);
  return phase;
}

function cpuUs({ spent }: Phase, role: string): number {
  return (spent.cpu[role]?.totalMs ?? 0) * 1000;
}

/** Of all roles together. */
function cpuUsPerOperation(phase: Phase): number {
  return (allRolesMs(phase.spent.cpu) * 1000) / phase.operations;
}
