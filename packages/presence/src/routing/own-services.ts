/** The namespaces that the server itself serves for an account, and only for its own sessions. */

import { NS } from '@rollcall/xmpp';

export type OwnService = 'roster' | 'privacy' | 'blocking';

const services: ReadonlyMap<string, OwnService> = new Map([
  [NS.roster, 'roster'],
  [NS.privacy, 'privacy'],
  [NS.blocking, 'blocking'],
]);

/** What an account does for its own sessions, as service discovery names it (XEP-0030). Stream features are the front-end's. */
export const accountFeatures: readonly string[] = [...services.keys()];

/** What a served domain does besides, for everybody. */
export const domainFeatures: readonly string[] = [NS.serverPresence];

export function ownService(namespace: string | undefined): OwnService | undefined {
  return namespace === undefined ? undefined : services.get(namespace);
}
