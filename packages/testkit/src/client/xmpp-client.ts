// A client that has logged in: a connection with a full JID, that can ask and that answers pings.

import { patienceMs } from '../patience.ts';
import { child, escapeXml, render, text } from '../xml/element.ts';
import type { XmlElement } from '../xml/element.ts';
import { authenticate } from './sasl.ts';
import type { SaslMechanism } from './sasl.ts';
import type { StanzaMatcher } from './stanza-pattern.ts';
import type { Transcript } from './transcript.ts';
import { XmppConnection } from './xmpp-connection.ts';
import type { ConnectionOptions } from './xmpp-connection.ts';

export interface LoginOptions extends ConnectionOptions {
  /** Shared by the streams of one test; logging in is noted in it as one line. */
  readonly transcript?: Transcript;
  readonly domain: string;
  readonly name: string;
  readonly password: string;
  readonly resource?: string;
  readonly mechanism?: SaslMechanism;
  /** Goes on with a session whose stream was lost (XEP-0198 §5), instead of binding a resource. */
  readonly resume?: ResumableSession;
  /** STARTTLS before SASL. */
  readonly tls?: boolean;
}

/** What a client remembers of a managed session. */
export interface ResumableSession {
  readonly jid: string;
  readonly id: string;
  /** How many stanzas it has received. */
  readonly handled: number;
}

interface Question {
  readonly resolve: (answer: XmlElement) => void;
  readonly reject: (cause: Error) => void;
}

/** By the id of the iq. */
type Questions = Map<string, Question>;

/** Those who wait for a ping to come, by the full JID that it comes from. */
type PingWatchers = Map<string, () => void>;

const pingNamespace = 'urn:xmpp:ping';

export class XmppClient {
  readonly connection: XmppConnection;
  /** What the server offered after authentication. */
  readonly features: XmlElement;
  readonly jid: string;
  readonly #questions: Questions;
  readonly #pingWatchers: PingWatchers;
  #asked = 0;

  private constructor(
    connection: XmppConnection,
    features: XmlElement,
    jid: string,
    questions: Questions,
    pingWatchers: PingWatchers,
  ) {
    this.connection = connection;
    this.features = features;
    this.jid = jid;
    this.#questions = questions;
    this.#pingWatchers = pingWatchers;
    void connection.closed.then(() => {
      for (const [id] of questions) this.#giveUp(id, 'the stream is closed');
    });
  }

  /** Connects, authenticates and binds a resource; sends neither a roster request nor presence. */
  static async login(options: LoginOptions): Promise<XmppClient> {
    const questions: Questions = new Map();
    const pingWatchers: PingWatchers = new Map();
    const connection = await XmppConnection.connect({
      label: `${options.name}/${options.resource ?? '?'}`,
      ...options,
      intercept: (element) =>
        answersPing(connection, pingWatchers, element) ||
        takesAnswer(questions, element) ||
        options.intercept?.(element) === true,
    });
    await connection.openStream(options.domain);
    if (options.tls === true) {
      await connection.startTls(options.domain);
      await connection.openStream(options.domain);
    }
    await authenticate(connection, options.mechanism ?? 'PLAIN', options);
    const features = await connection.openStream(options.domain);
    const jid =
      options.resume === undefined
        ? await bind(connection, options.resource)
        : await resume(connection, options.resume);
    connection.transcript = options.transcript ?? connection.transcript;
    connection.transcript.note(connection.label, '·', `has logged in as ${jid}`);
    return new XmppClient(connection, features, jid, questions, pingWatchers);
  }

  get bareJid(): string {
    return this.jid.slice(0, this.jid.indexOf('/'));
  }

  /** Asks for stream management with resumption; `handled` is then counted by the caller. */
  async manage(): Promise<ResumableSession> {
    this.send(`<enable xmlns='urn:xmpp:sm:3' resume='true'/>`);
    const { attrs } = await this.expect(`<enabled xmlns='urn:xmpp:sm:3'/>`);
    return { jid: this.jid, id: attrs['id'] ?? '', handled: 0 };
  }

  /** Writes it as it is. */
  send(data: string | Uint8Array): void {
    this.connection.send(data);
  }

  expect(wanted: StanzaMatcher, timeoutMs?: number): Promise<XmlElement> {
    return this.connection.expect(wanted, timeoutMs);
  }

  /** Sends an iq with this content and resolves with its result or error. */
  async ask(type: 'get' | 'set', content: string, to?: string): Promise<XmlElement> {
    const { transcript, label } = this.connection;
    const address = to === undefined ? '' : ` to='${escapeXml(to)}'`;
    transcript.note(label, '→', `<iq type='${type}'${address}>${content}</iq>`);
    const answer = await this.#roundTrip(type, content, to);
    transcript.note(label, '←', render(answer));
    return answer;
  }

  /** A round trip to any address, one's own by default. An error is as good an answer as a result. */
  async ping(to: string = this.jid): Promise<void> {
    await this.#roundTrip('get', `<ping xmlns='${pingNamespace}'/>`, to);
  }

  /** Resolves when a ping from this full JID comes in; pings are answered anyway. */
  pinged(from: string): Promise<void> {
    return new Promise((resolve) => this.#pingWatchers.set(from, resolve));
  }

  close(): Promise<void> {
    return this.connection.close();
  }

  cut(): Promise<void> {
    return this.connection.cut();
  }

  async #roundTrip(type: 'get' | 'set', content: string, to?: string): Promise<XmlElement> {
    this.#asked += 1;
    const id = `ask-${this.#asked}`;
    const answered = new Promise<XmlElement>((resolve, reject) => {
      this.#questions.set(id, { resolve, reject });
    });
    const timer = setTimeout(() => this.#giveUp(id, `not within ${patienceMs} ms`), patienceMs);
    const address = to === undefined ? '' : ` to='${escapeXml(to)}'`;
    this.connection.sendUnnoted(`<iq type='${type}' id='${id}'${address}>${content}</iq>`);
    try {
      return await answered;
    } finally {
      clearTimeout(timer);
    }
  }

  #giveUp(id: string, why: string): void {
    const { transcript, label } = this.connection;
    this.#questions
      .get(id)
      ?.reject(new Error(`${label} had no answer to iq ${id} (${why})\n\n${String(transcript)}`));
    this.#questions.delete(id);
  }
}

async function bind(connection: XmppConnection, resource: string | undefined): Promise<string> {
  const wish = resource === undefined ? '' : `<resource>${escapeXml(resource)}</resource>`;
  connection.send(
    `<iq type='set' id='bind'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'>${wish}</bind></iq>`,
  );
  const answer = await connection.expect(
    ({ name, attrs }) => name === 'iq' && attrs['id'] === 'bind',
  );
  const jid = child(child(answer, 'bind') ?? answer, 'jid');
  if (jid === undefined) throw new Error(`no JID was bound\n\n${String(connection.transcript)}`);
  return text(jid);
}

async function resume(
  connection: XmppConnection,
  { jid, id, handled }: ResumableSession,
): Promise<string> {
  connection.send(`<resume xmlns='urn:xmpp:sm:3' previd='${escapeXml(id)}' h='${handled}'/>`);
  const answer = await connection.expect(({ name }) => name === 'resumed' || name === 'failed');
  if (answer.name === 'failed') throw new Error(`not resumed: ${render(answer)}`);
  return jid;
}

function answersPing(
  connection: XmppConnection,
  watchers: PingWatchers,
  element: XmlElement,
): boolean {
  const { type, id, from } = element.attrs;
  if (element.name !== 'iq' || type !== 'get' || id === undefined) return false;
  if (child(element, 'ping', pingNamespace) === undefined) return false;
  const to = from === undefined ? '' : ` to='${escapeXml(from)}'`;
  connection.sendUnnoted(`<iq type='result' id='${escapeXml(id)}'${to}/>`);
  watchers.get(from ?? '')?.();
  watchers.delete(from ?? '');
  return true;
}

function takesAnswer(questions: Questions, element: XmlElement): boolean {
  const { type, id = '' } = element.attrs;
  if (element.name !== 'iq' || (type !== 'result' && type !== 'error')) return false;
  const question = questions.get(id);
  questions.delete(id);
  question?.resolve(element);
  return question !== undefined;
}
