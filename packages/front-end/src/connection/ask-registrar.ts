import type { RegistrationForm, RegistrationOutcome } from '../service/registrar.ts';
import type { ConnectionHouse } from './connection-house.ts';

/** Makes the account, within what one address may ask for. Never rejects. */
export async function askRegistrar(
  { registrar, admission, counters, log }: ConnectionHouse,
  address: string,
  form: RegistrationForm,
): Promise<RegistrationOutcome> {
  if (!registrar) {
    return { ok: false, condition: 'service-unavailable', text: 'accounts are not made here' };
  }
  if (!admission.mayRegister(address)) {
    return {
      ok: false,
      condition: 'resource-constraint',
      text: 'too many registrations from your address',
    };
  }
  try {
    const outcome = await registrar.register(form);
    if (outcome.ok) {
      counters.accountsRegistered += 1;
      log.info({ event: 'account_registered', user: form.user, address });
    }
    return outcome;
  } catch (error) {
    log.error({ event: 'registrar_failed', err: error, user: form.user });
    return { ok: false, condition: 'internal-server-error', text: 'try again later' };
  }
}
