/**
 * The iq requests that are answered at the edge: all that are addressed to a served domain, and of those to the user's
 * own account the few that need nothing of the user. The rest is the engine's.
 */
import { accountFeatures, domainFeatures } from '@rollcall/presence';
import type { Timers } from '@rollcall/store';
import { NS, stanzaError, type Iq, type XmlElement } from '@rollcall/xmpp';
import { ping, time, version } from './about-server.ts';
import { discoInfo, discoItems } from './disco.ts';
import type { Registrar } from './registrar.ts';
import { registration } from './registration.ts';
import {
  denied,
  granted,
  type Serve,
  type ServiceAnswer,
  type ServiceRequest,
} from './service-request.ts';

export interface EdgeServiceOptions {
  readonly timers: Timers;
  /** Namespaces that the domain answers for beyond those here, for discovery. */
  readonly features: readonly string[];
  /** Addresses of the entities beside the server, such as components. */
  readonly items: () => readonly string[];
  readonly registrar?: Registrar;
}

/** RFC 6120 §7.6: one resource a stream. */
const bindAgain: Serve = () => denied('not-allowed', 'a resource is bound already');

/** RFC 3921 §3: nothing is to be done. */
const establishSession: Serve = () => granted();

export class EdgeService {
  readonly #services: ReadonlyMap<string, Serve>;

  constructor({ timers, registrar, features, items }: EdgeServiceOptions) {
    const asked = new Map<string, Serve>([
      [NS.ping, ping],
      [NS.version, version],
      [NS.time, time(timers)],
    ]);
    if (registrar) asked.set(NS.register, registration(registrar));
    const account = [NS.discoInfo, NS.discoItems, ...asked.keys(), ...accountFeatures];
    this.#services = new Map([
      ...asked,
      [NS.discoInfo, discoInfo({ account, domain: [...account, ...domainFeatures, ...features] })],
      [NS.discoItems, discoItems(items)],
      [NS.bind, bindAgain],
      [NS.session, establishSession],
    ]);
  }

  /** Whether such a request to the user's own account is answered here. */
  servesAccount(payload: XmlElement): boolean {
    return this.#services.has(payload.ns);
  }

  /** The reply, at once where nobody has to be asked. Rejects only if the registrar does. */
  answer(request: ServiceRequest): Iq | Promise<Iq> {
    const serve = this.#services.get(request.payload.ns);
    const answer = serve
      ? serve(request)
      : denied('service-unavailable', 'this server does not serve that');
    return answer instanceof Promise
      ? answer.then((known) => reply(request, known))
      : reply(request, answer);
  }
}

function reply({ iq, asker }: ServiceRequest, answer: ServiceAnswer): Iq {
  const { id, to: from } = iq;
  if (answer.ok) {
    const addressed = from === undefined ? { to: asker } : { from, to: asker };
    return { kind: 'iq', type: 'result', id, ...addressed, content: answer.content };
  }
  const error = stanzaError(iq, answer.condition, { text: answer.text });
  if (error?.kind !== 'iq') throw new Error('a request has an error reply');
  return error;
}
