// The users of a benchmark: their streams, and the ledger of what each was to see and saw.

import { performance } from 'node:perf_hooks';
import { Client, type ClientListener } from '../client/client.ts';
import { XmppOpening, type Opening } from '../client/negotiation.ts';
import type { SaltedPasswords } from '../client/scram.ts';
import { attribute, isElement, markerIn, presenceStanza, rosterQuery } from '../client/stanza.ts';
import type { Histogram } from '../measure/histogram.ts';
import { DeliveryLedger } from '../measure/ledger.ts';
import { rawOpening } from '../target/raw-protocol.ts';
import { BenchFailure } from '../failure/bench-failure.ts';
import type { Target } from '../target/target.ts';

export interface CrowdOptions {
  readonly target: Target;
  /** Of a presence stanza as a client writes it. */
  readonly presenceBytes: number;
  /** Without any delivery for so long, what is outstanding is lost. */
  readonly patienceMs: number;
}

/** What a scenario wants to see beside presence. */
export interface CrowdObserver {
  subscription?(client: Client, type: string, from: number): void;
  rosterPush?(client: Client, push: string): void;
}

export interface LostSession {
  readonly user: number;
  readonly why: string;
}

const resource = 'bench';
const readBufferBytes = 64 * 1024;
const subscriptionTypes = new Set(['subscribe', 'subscribed', 'unsubscribe', 'unsubscribed']);

export class Crowd implements ClientListener {
  readonly ledger = new DeliveryLedger();
  /** Streams that ended although nobody here had ended them. */
  readonly lostSessions: LostSession[] = [];
  /** Takes the time from writing to seeing, in µs, while there is one. */
  timing: Histogram | undefined;
  observer: CrowdObserver = {};
  /** While true, a stream that ends is a user who goes, as when a front-end dies. */
  mayLoseStreams = false;
  readonly #options: CrowdOptions;
  readonly #clients = new Map<number, Client>();
  readonly #readBuffer = Buffer.alloc(readBufferBytes);
  readonly #salted: SaltedPasswords = new Map<string, Buffer>();
  #allSeen: (() => void) | undefined;

  constructor(options: CrowdOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#clients.size;
  }

  client(user: number): Client {
    const client = this.#clients.get(user);
    if (client !== undefined) return client;
    const why = this.lostSessions.find((lost) => lost.user === user)?.why ?? 'not logged in';
    throw new BenchFailure(`User ${user} has no stream: ${why}.`);
  }

  /** Bytes that came to all of them since their sessions were bound. */
  bytesRead(): number {
    let sum = 0;
    for (const client of this.#clients.values()) sum += client.bytesRead;
    return sum;
  }

  /** Up to a bound session, which sends nothing by itself. */
  async connect(user: number): Promise<Client> {
    const { target, patienceMs } = this.#options;
    const [first] = target.endpoints;
    const client = await Client.open({
      user,
      endpoint: target.endpoints[user % target.endpoints.length] ?? first,
      opening: this.#opening(user),
      listener: this,
      readBuffer: this.#readBuffer,
      timeoutMs: Math.max(patienceMs, 30_000),
    });
    this.#clients.set(user, client);
    return client;
  }

  fetchRoster(user: number): Promise<string> {
    return this.client(user).ask('get', rosterQuery);
  }

  /** Connects, fetches the roster and becomes available, as clients do. */
  async arrive(user: number): Promise<void> {
    await this.connect(user);
    await this.fetchRoster(user);
    this.say(user);
  }

  /** A presence stanza; the first one of a session makes it available. Those whose streams were lost say nothing. */
  say(user: number): void {
    this.#clients.get(user)?.write(this.#presence(user));
  }

  /** So many changes in one write. */
  sayAtOnce(user: number, times: number): void {
    const stanzas = Array.from({ length: times }, () => this.#presence(user));
    this.client(user).write(stanzas.join(''));
  }

  /** Ends the stream; watchers are to see the user go. */
  leave(user: number): Promise<void> {
    return this.#dismiss(user).close();
  }

  /** As a lost network would; watchers are to see the user go. */
  cut(user: number): void {
    this.#dismiss(user).cut();
  }

  /** Resolves when nothing is outstanding any more: seen, or taken for lost. */
  async settled(): Promise<void> {
    if (this.ledger.outstanding === 0) return;
    let delivered = this.ledger.delivered;
    const giveUpIfStuck = () => {
      if (this.ledger.delivered !== delivered) {
        delivered = this.ledger.delivered;
        return;
      }
      this.ledger.writeOff();
      this.#allSeen?.();
    };
    const impatience = setInterval(giveUpIfStuck, this.#options.patienceMs);
    await new Promise<void>((resolve) => (this.#allSeen = resolve));
    this.#allSeen = undefined;
    clearInterval(impatience);
  }

  /** Cuts all streams. */
  disperse(): void {
    for (const client of this.#clients.values()) client.cut();
    this.#clients.clear();
  }

  lost(client: Client, why: string): void {
    this.#clients.delete(client.user);
    if (this.mayLoseStreams) {
      this.ledger.leave(client.user);
      this.ledger.unwatchAll(client.user);
    } else this.lostSessions.push({ user: client.user, why });
  }

  received(client: Client, element: string): void {
    if (isElement(element, 'presence')) this.#presenceCame(client, element);
    else if (isElement(element, 'iq') && element.includes('jabber:iq:roster'))
      this.observer.rosterPush?.(client, element);
  }

  #dismiss(user: number): Client {
    const client = this.client(user);
    this.ledger.leave(user);
    this.#clients.delete(user);
    return client;
  }

  #presenceCame(client: Client, element: string): void {
    const sender = this.#options.target.accounts.userOf(attribute(element, 'from') ?? '');
    // A server shows a user's presence to the user's own sessions too (RFC 6121 §4.2.2).
    if (sender === undefined || sender === client.user) return;
    const type = attribute(element, 'type');
    if (type === undefined) this.#sawMarked(client, sender, element);
    else if (type === 'unavailable') this.ledger.sawGone(client.user, sender);
    else if (subscriptionTypes.has(type)) this.observer.subscription?.(client, type, sender);
    if (this.ledger.outstanding === 0) this.#allSeen?.();
  }

  #sawMarked(client: Client, sender: number, element: string): void {
    const marker = markerIn(element);
    if (marker === undefined) return;
    const isNews = this.ledger.saw(client.user, sender, marker.sequence);
    if (isNews) this.timing?.record(nowUs() - marker.sentUs);
  }

  #presence(user: number): string {
    const { target, presenceBytes: bytes } = this.#options;
    const content = { sequence: this.ledger.say(user), sentUs: nowUs(), bytes };
    if (target.protocol === 'xmpp') return presenceStanza(content);
    const jid = `${target.accounts.jidOf(user)}/${resource}`;
    return presenceStanza({ ...content, addresses: { from: jid, to: jid } });
  }

  #opening(user: number): Opening {
    const { accounts, mechanism, protocol } = this.#options.target;
    // User 0 is the one who speaks.
    if (protocol === 'raw') return rawOpening(user === 0 ? 'sender' : 'receiver');
    const { domain, password } = accounts;
    const name = accounts.nameOf(user);
    return new XmppOpening({ domain, name, password, resource, mechanism }, this.#salted);
  }
}

function nowUs(): number {
  return Math.round(performance.now() * 1000);
}
