/** Users by the accounts of the store. */
import { availableParallelism } from 'node:os';
import { decoyVerifiers, verifyPassword, type AccountStore } from '@rollcall/store';
import type { Authenticator } from './authenticator.ts';
import { Lane } from './lane.ts';

/** How unknown users are made to look like known ones. */
export interface AccountAuthenticatorOptions {
  /** Makes decoys for unknown users: the same on all nodes and over restarts, unknown to clients. */
  readonly decoySecret: string | Uint8Array;
  /** PBKDF2 iterations of new accounts, so that decoys look alike. */
  readonly iterations?: number;
}

/**
 * SCRAM and PLAIN. Rejects as the store does. Passwords are hashed by other threads than the one that serves clients, and
 * by so few that it keeps a processor to itself.
 */
export function accountAuthenticator(
  accounts: AccountStore,
  { decoySecret, iterations }: AccountAuthenticatorOptions,
): Required<Pick<Authenticator, 'verifiers' | 'checkPassword'>> {
  const hashing = new Lane(Math.max(1, availableParallelism() - 1));
  return {
    async verifiers(user) {
      return (await accounts.read(user))?.credentials;
    },
    async checkPassword(user, password) {
      const account = await accounts.read(user);
      const decoy = decoyVerifiers(
        user,
        decoySecret,
        iterations === undefined ? {} : { iterations },
      );
      const credentials = account?.credentials ?? decoy;
      const matches = await hashing.run(() => verifyPassword(password, credentials));
      return account !== undefined && matches
        ? { ok: true, user }
        : { ok: false, condition: 'not-authorized' };
    },
  };
}
