/** Service discovery (XEP-0030) of the server and of the user's own account. */
import { attrOf, escapeAttribute, NS } from '@rollcall/xmpp';
import { denied, granted, onGet, type Serve } from './service-request.ts';

export interface DiscoOptions {
  /** Namespaces that the server answers for, beyond those of discovery itself. */
  readonly features: readonly string[];
  /** Addresses of the entities beside the server, such as components. */
  readonly items: () => readonly string[];
}

export function discoInfo({ features }: DiscoOptions): Serve {
  const own = [NS.discoInfo, NS.discoItems, ...features]
    .map((feature) => `<feature var='${escapeAttribute(feature)}'/>`)
    .join('');
  const server = `<query xmlns='${NS.discoInfo}'><identity category='server' type='im' name='Rollcall'/>${own}</query>`;
  const account = `<query xmlns='${NS.discoInfo}'><identity category='account' type='registered'/><feature var='${NS.discoInfo}'/></query>`;
  return onGet(({ payload, ofAccount }) => {
    if (attrOf(payload, 'node') !== undefined)
      return denied('item-not-found', 'there are no nodes');
    return granted(ofAccount ? account : server);
  });
}

export function discoItems({ items }: DiscoOptions): Serve {
  return onGet(({ payload, ofAccount }) => {
    if (attrOf(payload, 'node') !== undefined)
      return denied('item-not-found', 'there are no nodes');
    const list = ofAccount ? [] : items().map((jid) => `<item jid='${escapeAttribute(jid)}'/>`);
    return granted(`<query xmlns='${NS.discoItems}'>${list.join('')}</query>`);
  });
}
