/** What a bound client says: stamped and sent on, answered here, or refused. */
import type { GateSession } from '@rollcall/cluster';
import {
  stanzaError,
  type BareJid,
  type Stanza,
  type StreamErrorCondition,
  type XmlElement,
} from '@rollcall/xmpp';
import { readClientStanza, type ClientStanza } from './client-stanza.ts';
import type { SessionHouse } from './session-house.ts';

/** The client's end of its session. */
export interface Client {
  reply(stanza: Stanza): void;
  /** The stream cannot go on. */
  end(condition: StreamErrorCondition, text: string): void;
}

/** How our pings to silent clients begin; their answers go no further. */
export const pingIdPrefix = 'rollcall-ping-';

export class StanzaIntake {
  readonly session: GateSession;
  readonly #house: SessionHouse;
  readonly #user: BareJid;
  readonly #client: Client;

  constructor(house: SessionHouse, session: GateSession, user: BareJid, client: Client) {
    this.#house = house;
    this.session = session;
    this.#user = user;
    this.#client = client;
  }

  /** `lang` is the `xml:lang` of the client's stream. */
  receive(element: XmlElement, lang: string | undefined): void {
    this.#house.counters.stanzasReceived += 1;
    const { address } = this.session;
    const sender = { address, user: this.#user, ...(lang === undefined ? {} : { lang }) };
    const read = readClientStanza(element, sender, this.#house.domains);
    switch (read.kind) {
      case 'forward':
        this.#forward(read.stanza);
        break;
      case 'ask':
        this.#ask(read);
        break;
      case 'fault':
        this.#refuse(read.reply);
        break;
      case 'breach':
        this.#client.end(read.condition, read.text);
    }
  }

  #forward(stanza: Stanza): void {
    if (isPong(stanza)) return;
    const outcome = this.session.send(stanza);
    if (outcome.ok) return;
    const { condition, text } = outcome;
    this.#refuse(stanzaError(stanza, condition, { type: 'wait', text }));
  }

  #ask({ iq, payload, ofAccount }: Extract<ClientStanza, { readonly kind: 'ask' }>): void {
    const { service, log } = this.#house;
    if (ofAccount && !service.servesAccount(payload)) {
      this.#forward(iq);
      return;
    }
    const request = { iq, payload, ofAccount, asker: this.session.address, user: this.#user };
    const answer = service.answer(request);
    if (!(answer instanceof Promise)) {
      this.#client.reply(answer);
      return;
    }
    answer.then(
      (reply) => this.#client.reply(reply),
      (error: unknown) => {
        log.error({ event: 'edge_service_failed', err: error, user: this.#user });
        this.#refuse(stanzaError(iq, 'internal-server-error'));
      },
    );
  }

  /** There is no answer to an error. */
  #refuse(reply: Stanza | undefined): void {
    this.#house.counters.stanzaErrors += 1;
    if (reply) this.#client.reply(reply);
  }
}

function isPong({ kind, type, id }: Stanza): boolean {
  return kind === 'iq' && (type === 'result' || type === 'error') && id.startsWith(pingIdPrefix);
}
