/** Several authenticators as one, such as tokens of a web application beside accounts with passwords. */
import type { Verdict } from '../sasl/sasl-step.ts';
import type { Authenticator } from './authenticator.ts';

/** Asks one after the other; the first yes counts, else the last no. Rejects where one of those asked does. */
export function chainAuthenticators(...links: readonly Authenticator[]): Authenticator {
  const passwords = links.filter((link) => link.checkPassword !== undefined);
  const tokens = links.filter((link) => link.checkToken !== undefined);
  const verifiers = links.filter((link) => link.verifiers !== undefined);
  return {
    ...(verifiers.length === 0
      ? {}
      : {
          async verifiers(user) {
            for (const link of verifiers) {
              const known = await link.verifiers?.(user);
              if (known) return known;
            }
            return undefined;
          },
        }),
    ...(passwords.length === 0
      ? {}
      : {
          checkPassword: (user, password) =>
            firstYes(passwords, (link) => link.checkPassword?.(user, password)),
        }),
    ...(tokens.length === 0
      ? {}
      : {
          checkToken: (token, hint) => firstYes(tokens, (link) => link.checkToken?.(token, hint)),
        }),
  };
}

async function firstYes(
  links: readonly Authenticator[],
  ask: (link: Authenticator) => Promise<Verdict> | undefined,
): Promise<Verdict> {
  let verdict: Verdict = { ok: false, condition: 'not-authorized' };
  for (const link of links) {
    verdict = (await ask(link)) ?? verdict;
    if (verdict.ok) break;
  }
  return verdict;
}
