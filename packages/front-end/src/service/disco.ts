/** Service discovery (XEP-0030) of the server and of the user's own account. */
import { attrOf, escapeAttribute, NS } from '@rollcall/xmpp';
import { denied, granted, onGet, type Serve } from './service-request.ts';

/** Namespaces that are answered for. A domain names what it does for its users, as XEP-0191 §3.1 has it. */
export interface DiscoFeatures {
  readonly domain: readonly string[];
  /** Of a user's account, for the user's own sessions; nobody else is told that it exists. */
  readonly account: readonly string[];
}

export function discoInfo(features: DiscoFeatures): Serve {
  const server = info(`category='server' type='im' name='Rollcall'`, features.domain);
  const account = info(`category='account' type='registered'`, features.account);
  return onGet(({ payload, ofAccount }) => {
    if (attrOf(payload, 'node') !== undefined)
      return denied('item-not-found', 'there are no nodes');
    return granted(ofAccount ? account : server);
  });
}

export function discoItems(items: () => readonly string[]): Serve {
  return onGet(({ payload, ofAccount }) => {
    if (attrOf(payload, 'node') !== undefined)
      return denied('item-not-found', 'there are no nodes');
    const list = ofAccount ? [] : items().map((jid) => `<item jid='${escapeAttribute(jid)}'/>`);
    return granted(`<query xmlns='${NS.discoItems}'>${list.join('')}</query>`);
  });
}

function info(identity: string, features: readonly string[]): string {
  const list = features.map((feature) => `<feature var='${escapeAttribute(feature)}'/>`);
  return `<query xmlns='${NS.discoInfo}'><identity ${identity}/>${list.join('')}</query>`;
}
