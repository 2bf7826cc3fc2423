// In-band registration (XEP-0077) over the engine's accounts.

import type { EngineAdmin } from '@rollcall/cluster';
import type { Registrar, RegistrationForm, RegistrationOutcome } from '@rollcall/front-end';
import { deriveVerifiers, type AccountStore, type ScramVerifiers } from '@rollcall/store';

export interface RegistrarOptions {
  readonly admin: EngineAdmin;
  readonly accounts: AccountStore;
  readonly scramIterations: number;
}

const done: RegistrationOutcome = { ok: true };

export function accountRegistrar(options: RegistrarOptions): Registrar {
  const { admin, accounts, scramIterations } = options;

  const withVerifiers = async (
    { password }: RegistrationForm,
    use: (verifiers: ScramVerifiers) => Promise<RegistrationOutcome>,
  ): Promise<RegistrationOutcome> => {
    const verifiers = await deriveVerifiers(password, { iterations: scramIterations });
    return verifiers.ok
      ? use(verifiers.value)
      : { ok: false, condition: 'not-acceptable', text: verifiers.problem };
  };

  return {
    register: (form) =>
      withVerifiers(form, async (verifiers) => {
        const outcome = await admin.createUser(form.user, verifiers);
        return outcome === 'created'
          ? done
          : { ok: false, condition: 'conflict', text: 'this name is taken' };
      }),
    changePassword: (form) =>
      withVerifiers(form, async (verifiers) => {
        await accounts.put(form.user, verifiers);
        return done;
      }),
    async remove(user) {
      await admin.removeUser(user);
      return done;
    },
  };
}
