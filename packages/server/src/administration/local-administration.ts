// Administration by the engine of this process.

import type { EngineAdmin, ImportedUser } from '@rollcall/cluster';
import { domainOf, type BareJid } from '@rollcall/xmpp';
import type { Administration, ImportProblem } from './administration.ts';

/** What was asked for cannot be done; the message is for the person who asked. */
class AdministrationError extends Error {
  readonly code = 'not_served';

  constructor(message: string) {
    super(message);
    this.name = 'AdministrationError';
  }
}

/** `domains` are those that may have accounts; left out, any may. */
export function localAdministration(
  admin: EngineAdmin,
  domains?: readonly string[],
): Administration {
  const problemOf = (jid: BareJid): ImportProblem =>
    domains === undefined || domains.includes(domainOf(jid))
      ? undefined
      : `${domainOf(jid)} is not served here; served are ${domains.join(', ')}.`;

  const importOne = async (user: ImportedUser): Promise<ImportProblem> => {
    const problem = problemOf(user.jid);
    if (problem === undefined) await admin.importUser(user);
    return problem;
  };

  return {
    createUser(jid, credentials) {
      const problem = problemOf(jid);
      if (problem !== undefined) return Promise.reject(new AdministrationError(problem));
      return admin.createUser(jid, credentials);
    },
    removeUser: (jid) => admin.removeUser(jid),
    listUsers: (domain) => admin.listUsers(domain),
    exportUsers: () => admin.exportUsers(),
    audit: (options) => admin.audit(options),
    importUsers: (users) => Promise.all(users.map(importOne)),
  };
}
