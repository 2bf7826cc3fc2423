import { parseDomain } from '@rollcall/xmpp';
import { FrontEndError } from '../front-end-error.ts';

/** Secrets by prepared domain. Throws `front_end_misconfigured`. */
export function preparedComponents(
  components: Readonly<Record<string, string>>,
): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(components).map(([name, secret]) => {
      const domain = parseDomain(name);
      if (domain.ok && secret !== '') return [domain.value, secret];
      const problem = domain.ok ? 'it has no secret' : domain.problem;
      throw new FrontEndError('front_end_misconfigured', `The component '${name}': ${problem}.`);
    }),
  );
}
