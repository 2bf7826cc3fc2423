/**
 * The iq requests that are answered at the edge: all that are addressed to a served domain, and of those to the user's
 * own account the few that need nothing of the user. The rest is the engine's.
 */
import { servedFeatures } from '@rollcall/presence';
import type { Timers } from '@rollcall/store';
import { NS, stanzaError, type Iq, type XmlElement } from '@rollcall/xmpp';
import { ping, time, version } from './about-server.ts';
import { discoInfo, discoItems, type DiscoOptions } from './disco.ts';
import type { Registrar } from './registrar.ts';
import { registration } from './registration.ts';
import {
  denied,
  granted,
  type Serve,
  type ServiceAnswer,
  type ServiceRequest,
} from './service-request.ts';

export interface EdgeServiceOptions extends DiscoOptions {
  readonly timers: Timers;
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
    const disco = { features: [...asked.keys(), ...servedFeatures, ...features], items };
    this.#services = new Map([
      ...asked,
      [NS.discoInfo, discoInfo(disco)],
      [NS.discoItems, discoItems(disco)],
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
