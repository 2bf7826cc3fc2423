// `rollcall plan`: what a deployment of a size takes, before anybody buys machines for it.

import {
  addOptions,
  count,
  decimal,
  list,
  optionalText,
  refuse,
  valuesOf,
} from '../option/option.ts';
import { publishedConstants, readConstants } from '../plan/constants.ts';
import type { Habits } from '../plan/demand.ts';
import { planText } from '../plan/plan-text.ts';
import { BenchFailure } from '../failure/bench-failure.ts';
import { newCommand, runCommand } from './command.ts';
import { standardIo, type BenchIo } from './io.ts';

const options = {
  users: count(10_000_000, 'accounts'),
  online: list(
    '<N>',
    'of them online at once; several are planned side by side',
    users,
    [1_000_000],
  ),
  roster: count(100, 'contacts in a roster', 0),
  changesPerHour: decimal(2, 'changes of presence, of one who is online'),
  loginsPerHour: decimal(0.5, 'logins, of one who is online'),
  handshakesPerHour: decimal(0.01, 'mutual subscriptions, of one who is online'),
  load: decimal(0.6, 'the share of a core that a process may use'),
  processGib: decimal(3, 'memory that a process may use, in GiB'),
  sessionsPerFrontEnd: count(50_000, 'sessions that one front-end may hold'),
  constants: optionalText(
    '<FILE>',
    'costs that `rollcall bench calibrate` has measured on your machine',
  ),
};

/** Resolves with the exit code. */
export function runPlan(argv: readonly string[], io: BenchIo = standardIo): Promise<number> {
  const command = newCommand('rollcall plan', io).description(
    'Says what a deployment takes: processes, cores, memory, traffic, and what limits it.',
  );
  addOptions(command, options);
  command.action(async (given: Readonly<Record<string, unknown>>) => {
    const values = valuesOf(options, given);
    const { load, processGib, sessionsPerFrontEnd } = values;
    const constants = await readConstants(values.constants ?? publishedConstants);
    const sizing = { load, processGiB: processGib, sessionsPerFrontEnd };
    const habits = values.online.map((online) => habitsOf(values, online));
    io.out.write(planText(constants, sizing, habits));
  });
  return runCommand(command, argv, io);
}

/** Several sizes are of deployments alike: as large a share of the users is online in each as in the first. */
function habitsOf(values: ReturnType<typeof valuesOf<typeof options>>, online: number): Habits {
  const [first = online] = values.online;
  if (first > values.users)
    throw new BenchFailure(`--online ${first} are more than there are: --users ${values.users}.`);
  const { roster, changesPerHour, loginsPerHour, handshakesPerHour } = values;
  const accounts = (values.users / first) * online;
  return { users: accounts, online, roster, changesPerHour, loginsPerHour, handshakesPerHour };
}

function users(given: string): number {
  const value = Number(given.replaceAll('_', ''));
  return Number.isSafeInteger(value) && value > 0 ? value : refuse('whole numbers are wanted.');
}
