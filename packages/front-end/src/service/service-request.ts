/** What a served iq is and how it may be answered; one file of this folder per protocol. */
import type { BareJid, Iq, Jid, StanzaErrorCondition, XmlElement } from '@rollcall/xmpp';

export interface ServiceRequest {
  readonly iq: Iq;
  /** The one element within the iq. */
  readonly payload: XmlElement;
  /** Who asks: a session, or someone at a component. */
  readonly asker: Jid;
  readonly user: BareJid;
  /** Whether the user's own account is asked, not the server. */
  readonly ofAccount: boolean;
}

export type ServiceAnswer =
  | { readonly ok: true; readonly content: string }
  | { readonly ok: false; readonly condition: StanzaErrorCondition; readonly text: string };

export type Serve = (request: ServiceRequest) => ServiceAnswer | Promise<ServiceAnswer>;

export function granted(content = ''): ServiceAnswer {
  return { ok: true, content };
}

export function denied(condition: StanzaErrorCondition, text: string): ServiceAnswer {
  return { ok: false, condition, text };
}

/** A service that only answers. */
export function onGet(serve: Serve): Serve {
  return (request) =>
    request.iq.type === 'get'
      ? serve(request)
      : denied('bad-request', 'this can only be asked for');
}
