// What an operator does to accounts: the same beside a running server, over its control socket, and without one.

import type { EngineAdmin, ImportedUser } from '@rollcall/cluster';

/** Undefined for a user who was taken in; else why nothing of them was changed. */
export type ImportProblem = string | undefined;

/** Operational failures reject with errors that have a code and a sentence for people. */
export interface Administration extends Pick<
  EngineAdmin,
  'createUser' | 'removeUser' | 'listUsers' | 'exportUsers' | 'audit'
> {
  /** Each user at most once in one call. Answers in their order, when all is durable. */
  importUsers(users: readonly ImportedUser[]): Promise<readonly ImportProblem[]>;
}
