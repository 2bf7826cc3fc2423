// A presence server that does what the benchmark needs, on purpose wrong where a test wants it.

import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { attribute, isElement } from '../src/client/stanza.ts';
import { StanzaScanner } from '../src/client/stanza-scanner.ts';

/** What becomes of a delivery. */
export type Fate = 'delivered' | 'dropped' | 'doubled' | 'held back';

export interface ToyServerOptions {
  /** Of each presence of `from` that is due at `to`; `nth` counts those of this pair, from 1. */
  readonly fate?: (from: string, to: string, nth: number) => Fate;
  /** Who is in whose roster from the start, both ways. */
  readonly friends?: readonly (readonly [string, string])[];
}

interface Session {
  readonly user: string;
  readonly socket: Socket;
  /** The last presence that it broadcast; none before the first. */
  presence?: string;
  hasRoster: boolean;
}

const header = `<stream:stream xmlns='jabber:client' id='1' version='1.0'>`;
const saslFeatures = `<stream:features><mechanisms><mechanism>PLAIN</mechanism></mechanisms></stream:features>`;
const bindFeatures = `<stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></stream:features>`;

export class ToyServer {
  readonly #server: Server;
  readonly #options: ToyServerOptions;
  readonly #sockets = new Set<Socket>();
  readonly #sessions = new Map<string, Session>();
  readonly #friends = new Set<string>();
  readonly #asked = new Set<string>();
  readonly #approved = new Set<string>();
  readonly #counts = new Map<string, number>();
  readonly #heldBack = new Map<string, string>();

  private constructor(options: ToyServerOptions) {
    this.#options = options;
    for (const [left, right] of options.friends ?? []) this.#befriend(left, right);
    this.#server = createServer((socket) => this.#serve(socket));
  }

  static async start(options: ToyServerOptions = {}): Promise<ToyServer> {
    const toy = new ToyServer(options);
    await new Promise<void>((resolve) => {
      toy.#server.listen({ port: 0, host: '127.0.0.1' }, resolve);
    });
    return toy;
  }

  get endpoint(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** Cuts a user's connection, as a server that crashes. */
  drop(user: string): void {
    this.#sessions.get(user)?.socket.destroy();
  }

  #serve(socket: Socket): void {
    const scanner = new StanzaScanner();
    this.#sockets.add(socket);
    let user: string | undefined;
    let session: Session | undefined;
    const consume = (element: string) => {
      if (element.startsWith('<stream:stream'))
        socket.write(header + (user === undefined ? saslFeatures : bindFeatures));
      else if (isElement(element, 'auth')) {
        user = userIn(element);
        socket.write('<success/>');
      } else if (element.startsWith('</stream')) socket.end('</stream:stream>');
      else if (session !== undefined) this.#stanzaCame(session, element);
      else if (user !== undefined && isElement(element, 'iq')) {
        session = { user, socket, hasRoster: false };
        this.#sessions.set(user, session);
        socket.write(`<iq type='result' id='bind'><bind><jid>${user}@toy/bench</jid></bind></iq>`);
      }
    };
    socket.on('data', (chunk) => scanner.push(chunk.toString(), consume));
    socket.on('error', () => undefined);
    socket.once('close', () => {
      this.#sockets.delete(socket);
      if (session !== undefined) this.#gone(session);
    });
  }

  #stanzaCame(session: Session, element: string): void {
    const to = attribute(element, 'to')?.split('@')[0];
    const type = attribute(element, 'type');
    if (isElement(element, 'iq')) {
      if (type === 'get') this.#rosterWanted(session, attribute(element, 'id') ?? '');
      if (type === 'set') this.#remove(session, element);
    } else if (to === undefined) this.#presenceCame(session, element);
    else if (type === 'subscribe') this.#subscribe(session, to);
    else if (type === 'subscribed') this.#approve(session, to);
  }

  #rosterWanted(session: Session, id: string): void {
    session.hasRoster = true;
    const items = [...this.#friends]
      .filter((pair) => pair.startsWith(`${session.user} `))
      .map((pair) => item(pair.split(' ')[1] ?? '', 'both'));
    session.socket.write(`<iq type='result' id='${id}'><query>${items.join('')}</query></iq>`);
  }

  #remove(session: Session, request: string): void {
    const contact = /jid='([^@']+)@toy' subscription='remove'/.exec(request)?.[1] ?? '';
    this.#unfriend(session.user, contact);
    session.socket.write(`<iq type='result' id='${attribute(request, 'id') ?? ''}'/>`);
  }

  #presenceCame(session: Session, element: string): void {
    const isArrival = session.presence === undefined;
    session.presence = element.replace('<presence', `<presence from='${session.user}@toy/bench'`);
    for (const other of this.#watchersOf(session)) {
      this.#deliver(session.user, other, session.presence);
      if (isArrival && other.presence !== undefined)
        this.#deliver(other.user, session, other.presence);
    }
  }

  #gone(session: Session): void {
    this.#sessions.delete(session.user);
    if (session.presence === undefined) return;
    const farewell = `<presence from='${session.user}@toy/bench' type='unavailable'/>`;
    for (const other of this.#watchersOf(session)) this.#deliver(session.user, other, farewell);
  }

  #watchersOf(session: Session): readonly Session[] {
    return [...this.#sessions.values()].filter(
      (other) => other.presence !== undefined && this.#areFriends(session.user, other.user),
    );
  }

  #deliver(from: string, to: Session, stanza: string): void {
    const pair = `${from} ${to.user}`;
    const nth = (this.#counts.get(pair) ?? 0) + 1;
    this.#counts.set(pair, nth);
    const fate = this.#options.fate?.(from, to.user, nth) ?? 'delivered';
    if (fate === 'dropped') return;
    if (fate === 'held back') return void this.#heldBack.set(pair, stanza);
    const late = this.#heldBack.get(pair) ?? '';
    this.#heldBack.delete(pair);
    to.socket.write(stanza + (fate === 'doubled' ? stanza : '') + late);
  }

  #subscribe(session: Session, to: string): void {
    this.#asked.add(`${session.user} ${to}`);
    this.#sessions.get(to)?.socket.write(`<presence from='${session.user}@toy' type='subscribe'/>`);
  }

  #approve(session: Session, to: string): void {
    this.#approved.add(`${session.user} ${to}`);
    const other = this.#sessions.get(to);
    if (session.presence !== undefined && other !== undefined)
      this.#deliver(session.user, other, session.presence);
    if (!this.#approved.has(`${to} ${session.user}`)) return;
    this.#befriend(session.user, to);
    for (const [one, contact] of [
      [session, to],
      [other, session.user],
    ] as const)
      one?.socket.write(
        `<iq type='set' id='p'><query xmlns='jabber:iq:roster'>${item(contact, 'both')}</query></iq>`,
      );
  }

  #befriend(left: string, right: string): void {
    this.#friends.add(`${left} ${right}`).add(`${right} ${left}`);
  }

  #unfriend(left: string, right: string): void {
    this.#friends.delete(`${left} ${right}`);
    this.#friends.delete(`${right} ${left}`);
  }

  #areFriends(left: string, right: string): boolean {
    return this.#friends.has(`${left} ${right}`);
  }
}

function userIn(auth: string): string {
  const content = auth.slice(auth.indexOf('>') + 1, auth.indexOf('</'));
  return Buffer.from(content, 'base64').toString().split('\0')[1] ?? '';
}

function item(user: string, subscription: string): string {
  return `<item jid='${user}@toy' subscription='${subscription}'/>`;
}
