// All scenarios, in the order that help shows them.

import { broadcast } from './broadcast.ts';
import { churn } from './churn.ts';
import { failover } from './failover.ts';
import { giant } from './giant.ts';
import { handshake } from './handshake.ts';
import { idle } from './idle.ts';
import { login } from './login.ts';
import { logout } from './logout.ts';
import { raw } from './raw.ts';
import { scenario, type Play, type Scenario } from './scenario.ts';
import { storm } from './storm.ts';
import { BenchFailure } from '../failure/bench-failure.ts';

export const scenarios: readonly Scenario[] = [
  scenario(raw),
  scenario(broadcast),
  scenario(login),
  scenario(storm),
  scenario(churn),
  scenario(handshake),
  scenario(logout),
  scenario(idle),
  scenario(failover),
  scenario(giant),
];

/** A scenario by name, with options that need not be all. */
export interface Staging {
  readonly scenario: string;
  readonly options: Readonly<Record<string, unknown>>;
}

export function playOf({ scenario: name, options }: Staging): Play {
  const found = scenarios.find((each) => each.name === name);
  if (found === undefined) throw new BenchFailure(`There is no scenario ${name}.`);
  return found.play(options);
}
