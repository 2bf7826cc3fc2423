/** Users by the accounts of the store. */
import { decoyVerifiers, verifyPassword, type AccountStore } from '@rollcall/store';
import type { Authenticator } from './authenticator.ts';

/** How unknown users are made to look like known ones. */
export interface AccountAuthenticatorOptions {
  /** Makes decoys for unknown users: the same on all nodes and over restarts, unknown to clients. */
  readonly decoySecret: string | Uint8Array;
  /** PBKDF2 iterations of new accounts, so that decoys look alike. */
  readonly iterations?: number;
}

/** SCRAM and PLAIN. Rejects as the store does. */
export function accountAuthenticator(
  accounts: AccountStore,
  { decoySecret, iterations }: AccountAuthenticatorOptions,
): Required<Pick<Authenticator, 'verifiers' | 'checkPassword'>> {
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
      const matches = await verifyPassword(password, account?.credentials ?? decoy);
      return account !== undefined && matches
        ? { ok: true, user }
        : { ok: false, condition: 'not-authorized' };
    },
  };
}
