/** A client at the real front-end code: says things, reads what it is told, and reports both to whoever watches the run. */
import { FrontEndError } from '@rollcall/front-end';
import { NS, xml, type BareJid, type FullJid, type Jid } from '@rollcall/xmpp';
import type { BlockingPhase, Device, Fact } from '../promises/observation.ts';
import type { SimClock } from '../world/sim-clock.ts';
import { ClientReading } from './client-reading.ts';
import type { ClientSession } from './client-session.ts';
import type { ManagedStream, StreamOptions } from './managed-stream.ts';
import type { Place } from './place.ts';
import { ResumableSession } from './resumable-session.ts';

export interface ClientOptions {
  readonly place: Place;
  readonly user: BareJid;
  readonly resource: string;
  readonly numberedFrom: number;
  readonly clock: SimClock;
  readonly tell: (fact: Fact) => void;
}

type SubscriptionType = 'subscribe' | 'subscribed' | 'unsubscribe' | 'unsubscribed';

/** How long a client that was refused waits before it says it again. */
const patienceMs = 1_500;

export class Client {
  readonly place: Place;
  /** Which life of its front-end it is at. */
  readonly process: string;
  readonly device: Device;
  /** Present where it may come back when its connection is lost. */
  readonly stream: ManagedStream | undefined;
  readonly #options: ClientOptions;
  readonly #session: ClientSession;
  readonly #reading: ClientReading;

  private constructor(options: ClientOptions, session: ClientSession, stream?: ManagedStream) {
    this.#options = options;
    this.#session = session;
    this.stream = stream;
    this.place = options.place;
    this.process = options.place.gate.frontEnd;
    this.device = {
      user: options.user,
      address: session.address,
      openedMs: options.clock.passedMs,
      numberedFrom: options.numberedFrom,
      contestedMs: -Infinity,
      said: options.numberedFrom,
      silent: true,
      silencedMs: -Infinity,
      arrivedMs: options.clock.passedMs,
      over: false,
      slow: false,
      quickenedMs: -Infinity,
      lostMs: undefined,
      owed: () => stream?.owed ?? 0,
    };
    this.#reading = new ClientReading({
      session,
      device: this.device,
      isAlive: () => this.alive,
      tell: options.tell,
      refused: (id) => this.#refused(id),
    });
    if (stream !== undefined) this.#watch(stream);
  }

  /** Rejects if it is not let in; never settles if the front-end dies meanwhile. */
  static async login(options: ClientOptions): Promise<Client> {
    const { place, user, resource, tell } = options;
    const session = await place.machine.ask(() => place.frontEnd.openSession({ user, resource }));
    return new Client(options, session).#begin(tell);
  }

  /** With a stream that it can resume. Settles as `login` does. */
  static async loginResumable(options: ClientOptions & StreamOptions): Promise<Client> {
    const session = await ResumableSession.open(options);
    return new Client(options, session, session.stream).#begin(options.tell);
  }

  #begin(tell: ClientOptions['tell']): this {
    tell({ kind: 'opened', device: this.device });
    void this.#session.ended.then(({ condition }) => this.lost(condition ?? 'closed'));
    this.#do(() => this.#fetchRoster());
    void this.#reading.readAll();
    return this;
  }

  get address(): FullJid {
    return this.device.address;
  }

  get alive(): boolean {
    return !this.device.over && !this.place.machine.dead;
  }

  /** A change of presence, numbered. */
  say(): void {
    this.#do(() => {
      const number = this.device.said + 1;
      const status = xml('status', NS.client, {}, String(number));
      this.#session.send(xml('presence', NS.client, { id: `said-${number}` }, status));
      this.device.said = number;
      if (this.device.silent) this.device.arrivedMs = this.#options.clock.passedMs;
      this.device.silent = false;
      this.#tell({ kind: 'said', device: this.device, number });
    });
  }

  beSilent(): void {
    this.#do(() => {
      const id = `gone-after-${this.device.said}`;
      this.#session.send(xml('presence', NS.client, { type: 'unavailable', id }));
      this.device.silent = true;
      this.device.silencedMs = this.#options.clock.passedMs;
      this.#tell({ kind: 'said', device: this.device, number: undefined });
    });
  }

  subscription(type: SubscriptionType, to: BareJid): void {
    this.#do(() => {
      this.#touch(to);
      this.#session.send(xml('presence', NS.client, { type, to }));
    });
  }

  remove(contact: BareJid): void {
    this.#do(() => {
      this.#touch(contact);
      this.#session.removeContact(contact).catch(ignored);
    });
  }

  rename(contact: BareJid, name: string): void {
    this.#do(() => {
      this.#touch(contact);
      this.#session.setContact(contact, { name }).catch(ignored);
    });
  }

  probe(contact: BareJid): void {
    this.#do(() => {
      this.#tell({ kind: 'probed', device: this.device, contact });
      this.#session.probe(contact);
    });
  }

  /** Says what number it had broadcast before. */
  direct(to: Jid): void {
    this.#do(() => this.#session.sendPresence(to, { status: `directed ${this.device.said}` }));
  }

  block(contact: BareJid): void {
    this.#blocking('block', contact);
  }

  unblock(contact: BareJid): void {
    this.#blocking('unblock', contact);
  }

  /** Reads nothing any more, or everything that has come meanwhile. */
  setSlow(slow: boolean): void {
    if (this.device.over || slow === this.device.slow) return;
    this.device.slow = slow;
    if (slow) return;
    this.device.quickenedMs = this.#options.clock.passedMs;
    this.#reading.goOn();
  }

  /** Its connection ends. */
  end(): void {
    if (this.device.over) return;
    this.lost('ended by the client');
    this.#reach(() => void this.#session.close());
  }

  /** Not to be heard of any more. */
  lost(why: string): void {
    if (this.device.over) return;
    this.device.over = true;
    this.stream?.abandon();
    this.#reading.goOn();
    this.#tell({ kind: 'over', device: this.device, why });
  }

  #blocking(command: 'block' | 'unblock', contact: BareJid): void {
    this.#do(() => {
      const { user } = this.device;
      const askedMs = this.#options.clock.passedMs;
      const tell = (phase: BlockingPhase) =>
        this.#tell({ kind: 'blocking', user, contact, phase, askedMs });
      tell(command === 'block' ? 'asked' : 'lifted');
      const item = xml('item', NS.blocking, { jid: contact });
      this.#session.request('set', xml(command, NS.blocking, {}, item)).then(() => {
        tell(command === 'block' ? 'confirmed' : 'liftConfirmed');
      }, ignored);
    });
  }

  #touch(contact: BareJid): void {
    this.#tell({ kind: 'touched', user: this.device.user, contact });
  }

  #fetchRoster(): void {
    this.#session.roster().then(({ contacts }) => {
      for (const contact of contacts) this.#reading.tellItem(contact);
    }, ignored);
  }

  /** It had said too much at once. What was its last word is said again, and that it goes, though it be back meanwhile. */
  #refused(id: string | undefined): void {
    const isGoing = id?.startsWith('gone-after-') === true;
    if (!isGoing && id !== `said-${this.device.said}`) return;
    this.#options.clock.setTimeout(() => {
      const { silent } = this.device;
      if (isGoing) this.beSilent();
      if (!silent) this.say();
    }, patienceMs);
  }

  #watch(stream: ManagedStream): void {
    const { device } = this;
    stream.watcher = {
      lost: () => {
        device.lostMs = this.#options.clock.passedMs;
        this.#tell({ kind: 'streamLost', device });
      },
      resumed: (place) => {
        device.lostMs = undefined;
        device.quickenedMs = this.#options.clock.passedMs;
        this.#tell({ kind: 'resumed', device, at: place.name });
      },
      sentAgain: (before, now) => this.#tell({ kind: 'sentAgain', device, before, now }),
    };
  }

  /** Whatever it says reaches the front-end when that goes on. */
  #reach(act: () => void): void {
    if (this.stream === undefined) this.place.machine.happen(act);
    else act();
  }

  #do(act: () => void): void {
    this.#reach(() => {
      if (this.device.over) return;
      try {
        act();
      } catch (error) {
        // It has ended, and the client has not heard of it yet.
        if (!(error instanceof FrontEndError) || error.code !== 'front_end_session_over')
          throw error;
      }
    });
  }

  #tell(fact: Fact): void {
    this.#options.tell(fact);
  }
}

/** Refused, or over: what counts is what the client is told. */
function ignored(): void {
  // Nothing follows.
}
