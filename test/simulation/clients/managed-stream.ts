/**
 * A client's stream with management (XEP-0198), at the real front-end code. It may be lost without a word, and is then
 * resumed at the same or another front-end. Gives the client each stanza once, however often it was sent.
 */
import type { SessionEnd } from '@rollcall/front-end';
import type { BareJid, FullJid, StreamErrorCondition, XmlElement } from '@rollcall/xmpp';
import type { Dice } from '../run/dice.ts';
import { resumptionMs } from '../world/limits.ts';
import type { SimClock } from '../world/sim-clock.ts';
import type { Place } from './place.ts';
import { SimSocket, type SocketUser } from './sim-socket.ts';
import { StanzaLog } from './stanza-log.ts';
import {
  acknowledgementXml,
  bindXml,
  closeXml,
  enableXml,
  errorOf,
  isManaging,
  isStanza,
  openXml,
  readWord,
  resumeXml,
} from './stream-words.ts';

export interface StreamOptions {
  readonly place: Place;
  /** Where a client may come in now. */
  readonly places: () => readonly Place[];
  readonly user: BareJid;
  readonly resource: string;
  readonly clock: SimClock;
  readonly dice: Dice;
  /** Whether what is written on a stream gets to the client: deliberate faults swallow some of it. */
  readonly passes: (text: string) => boolean;
}

/** Told of what becomes of the stream. */
export interface StreamWatcher {
  lost(): void;
  resumed(place: Place): void;
  /** Of a stanza that was sent before, something was sent now. */
  sentAgain(before: string, now: string): void;
}

/** What is on its way to the client takes so long at most. */
const longestWayMs = 80;

/** Whoever is refused, or finds no front-end, tries again after so long. */
const patienceMs = 2_000;

/** Of a stream that has broken through no wish of the client's. */
const noticeMs = 1_000;

/** Nobody tries for longer. */
const longestAbsenceMs = 40_000;

export class ManagedStream implements SocketUser {
  readonly ended: Promise<SessionEnd>;
  watcher: StreamWatcher | undefined;
  readonly #options: StreamOptions;
  readonly #log = new StanzaLog();
  readonly #entered: Promise<FullJid>;
  #socket: SimSocket;
  /** What the client has said that the front-end may not have had, and how many stanzas it had before. */
  #said: string[] = [];
  #acknowledged = 0;
  #arrivesMs = 0;
  #inbox: XmlElement[] = [];
  #wake: () => void = () => undefined;
  #address: FullJid | undefined;
  #id: string | undefined;
  #lostMs: number | undefined;
  #isOver = false;
  #resolveEnded: (end: SessionEnd) => void = () => undefined;
  #enter: (address: FullJid) => void = () => undefined;
  #refuse: (why: Error) => void = () => undefined;

  constructor(options: StreamOptions) {
    this.#options = options;
    this.ended = new Promise((resolve) => (this.#resolveEnded = resolve));
    this.#entered = new Promise((resolve, reject) => {
      this.#enter = resolve;
      this.#refuse = reject;
    });
    this.#socket = this.#connect(options.place);
  }

  /** Binds a resource. Rejects if it is not let in; never settles if the front-end dies meanwhile. */
  open(): Promise<FullJid> {
    const { resource } = this.#options;
    this.#socket.say(bindXml(resource));
    this.#socket.say(enableXml);
    return this.#entered;
  }

  get isWhole(): boolean {
    return this.#lostMs === undefined && !this.#isOver;
  }

  /** How many stanzas were sent that its present stream has not been sent, once it has been resumed. */
  get owed(): number {
    return this.#socket.isManaged ? this.#log.after(this.#socket.stanzas) : 0;
  }

  say(text: string): void {
    this.#said.push(text);
    if (this.#lostMs === undefined) this.#socket.say(text);
  }

  /** The next stanza; from now on it is handled. Undefined when there will be no more. */
  async next(): Promise<XmlElement | undefined> {
    while (this.#inbox.length === 0 && !this.#isOver)
      await new Promise<void>((resolve) => (this.#wake = resolve));
    if (this.#isOver) return undefined;
    this.#log.handle();
    return this.#inbox.shift();
  }

  /** The client ends it properly. */
  close(): void {
    if (this.#lostMs === undefined) this.#socket.say(closeXml);
    this.#finish({});
  }

  /** There is no session any more that could go on. */
  abandon(): void {
    this.#finish({});
  }

  /** The connection is lost; the client comes back after so long. */
  lose(isNoticed: boolean, awayMs = noticeMs): void {
    if (this.#isOver || this.#lostMs !== undefined) return;
    this.#socket.break(isNoticed);
    this.#inbox = [];
    this.#lostMs = this.#options.clock.passedMs;
    this.watcher?.lost();
    this.#tryIn(awayMs);
  }

  /** The front-end that its stream is at is gone, or does not belong to the cluster any more. */
  check(isThere: (place: Place, process: string) => boolean): void {
    const { place, process, isDead } = this.#socket;
    if (isDead || this.#isOver || isThere(place, process)) return;
    if (this.#lostMs === undefined) {
      this.lose(true);
      return;
    }
    this.#socket.break(true);
    this.#tryIn(noticeMs);
  }

  // What the front-end says.

  written(socket: SimSocket, text: string): void {
    if (!this.#options.passes(text)) return;
    if (isManaging(text)) socket.isManaged = true;
    else if (socket.isManaged && isStanza(text)) this.#count(socket, text);
    if (socket !== this.#socket || this.#isOver) return;
    const condition = errorOf(text);
    if (condition !== undefined && this.#isFinal(condition)) this.#finish({ condition });
    else if (!socket.isDead) this.#carry(socket, text);
  }

  #count(socket: SimSocket, text: string): void {
    socket.stanzas += 1;
    const before = this.#log.written(socket.stanzas, text);
    if (before !== undefined) this.watcher?.sentAgain(before, text);
  }

  /** A front-end that ends a session's stream may have lost the session, which is another's, for the stream alone. */
  #isFinal(condition: StreamErrorCondition): boolean {
    if (condition === 'conflict' || condition === 'connection-timeout') return false;
    return condition !== 'system-shutdown' || this.#socket.place === this.#options.place;
  }

  #carry(socket: SimSocket, text: string): void {
    const { clock, dice } = this.#options;
    socket.underWay.push(text);
    this.#arrivesMs = Math.max(this.#arrivesMs, clock.passedMs + dice.between(1, longestWayMs));
    clock.setTimeout(() => {
      const arrived = socket.underWay.shift();
      const isHeard = socket === this.#socket && !socket.isDead && !this.#isOver;
      if (arrived !== undefined && isHeard) this.#read(arrived);
    }, this.#arrivesMs - clock.passedMs);
  }

  #read(text: string): void {
    const word = readWord(text);
    switch (word.kind) {
      case 'bound':
        this.#address = word.address;
        return;
      case 'notBound':
        this.#isOver = true;
        this.#refuse(new Error(word.condition));
        return;
      case 'enabled':
        this.#id = word.id;
        if (this.#address !== undefined) this.#enter(this.#address);
        return;
      case 'asked':
        this.#socket.say(acknowledgementXml(this.#log.handled));
        return;
      case 'resumed':
        this.#resumed(word.handled);
        return;
      case 'notResumed':
        this.#refused();
        return;
      case 'ended':
        this.#broken();
        return;
      case 'stanza':
        this.#inbox.push(word.element);
        this.#wake();
        return;
      case 'other':
    }
  }

  #resumed(handled: number): void {
    this.#lostMs = undefined;
    this.#said.splice(0, handled - this.#acknowledged);
    this.#acknowledged = handled;
    this.watcher?.resumed(this.#socket.place);
    for (const text of this.#said) this.#socket.say(text);
  }

  // How it comes back.

  #broken(): void {
    if (this.#lostMs === undefined) this.lose(true);
    else this.#refused();
  }

  /** A session that may be there still is asked for again. */
  #refused(): void {
    const { passedMs } = this.#options.clock;
    this.#socket.break(true);
    if (this.#lostMs === undefined || passedMs > this.#lostMs + resumptionMs)
      this.#finish({ condition: 'undefined-condition' });
    else this.#tryIn(patienceMs);
  }

  #tryIn(ms: number): void {
    this.#options.clock.setTimeout(() => this.#tryToResume(), ms);
  }

  #tryToResume(): void {
    if (this.#isOver || this.#lostMs === undefined) return;
    if (this.#options.clock.passedMs > this.#lostMs + longestAbsenceMs) {
      this.#finish({ condition: 'undefined-condition' });
      return;
    }
    const place = this.#options.dice.pick(this.#options.places());
    if (place === undefined) {
      this.#tryIn(patienceMs);
      return;
    }
    this.#socket = this.#connect(place);
    this.#socket.say(resumeXml(this.#id ?? '', this.#log.handled));
  }

  #connect(place: Place): SimSocket {
    const { user } = this.#options;
    const socket = new SimSocket(place, this.#log.handled, this);
    place.machine.happen(() => {
      place.frontEnd.handleWebSocket(socket, { user, secure: true });
    });
    socket.say(openXml);
    return socket;
  }

  #finish(end: SessionEnd): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#wake();
    this.#resolveEnded(end);
  }
}
