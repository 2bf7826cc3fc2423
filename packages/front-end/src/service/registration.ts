/** In-band registration (XEP-0077) for users who are logged in: change the password, remove the account. */
import { domainOf, escapeText, localOf } from '@rollcall/xmpp';
import { readRegistration, registeredFields } from './registration-form.ts';
import type { Registrar } from './registrar.ts';
import { denied, granted, type Serve } from './service-request.ts';

export function registration(registrar: Registrar): Serve {
  return async ({ iq, payload, user }) => {
    if (iq.type === 'get') return granted(registeredFields(escapeText(localOf(user) ?? '')));
    const request = readRegistration(payload, domainOf(user));
    if (request.kind === 'fault') return denied(request.condition, request.text);
    if (request.kind === 'form' && request.form.user !== user) {
      return denied('not-allowed', 'you are registered already');
    }
    const outcome =
      request.kind === 'remove'
        ? await registrar.remove(user)
        : await registrar.changePassword(request.form);
    return outcome.ok ? granted() : outcome;
  };
}
