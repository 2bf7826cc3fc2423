import type { Mechanism } from '../client/negotiation.ts';
import type { Accounts } from './accounts.ts';

/** What a server is started with: presence and rosters alone, or the modules that Debian's configuration enables. */
export const moduleSets = ['lean', 'debian'] as const;
export type ModuleSet = (typeof moduleSets)[number];

export interface StartOptions {
  readonly accounts: Accounts;
  readonly mechanism: Mechanism;
  /** Of a peer; Rollcall has no such choice. */
  readonly modules: ModuleSet;
}
