/**
 * Streams that are held by one front-end for sessions of another: how a session is resumed wherever its client comes in
 * (XEP-0198 §5). The session stays where it is, with its numbers, its queue and its place in the cluster, so that
 * nothing can be lost, doubled or overtaken on a move; what the client and it say to each other goes through the link
 * between the two.
 */
import type { Peers, PeerListener, PeerMessage } from '@rollcall/cluster';
import type { Timers } from '@rollcall/store';
import { parseFramed, type BareJid, type FullJid, type XmlLimits } from '@rollcall/xmpp';
import type { Logger } from 'pino';
import { Sweep } from '../connection/sweep.ts';
import type { Claim, Claimant, LocalResumptions } from '../management/resumptions.ts';
import type { Session } from '../session/session-house.ts';
import { HostedStream } from './hosted-stream.ts';
import { RelayedSession } from './relayed-session.ts';
import { isRelayMessage, type RelayMessage, type ToGuest, type ToHost } from './relay-message.ts';

export interface RelayOptions {
  readonly peers: Peers;
  readonly local: LocalResumptions<Session>;
  readonly timers: Timers;
  readonly xmlLimits: XmlLimits;
  readonly log: Logger;
}

/** A front-end that lives answers at once; one that has just died is still listed for a while. */
const claimTimeoutMs = 1_500;

interface Guest {
  readonly host: string;
  readonly user: BareJid;
  readonly say: (message: ToHost) => void;
  /** Tells who has claimed the session; until the host has answered. */
  answered: ((session: RelayedSession | undefined) => void) | undefined;
  session?: RelayedSession;
}

export class Relay implements PeerListener {
  readonly #options: RelayOptions;
  /** Streams here, of sessions elsewhere, by their number. */
  readonly #guests = new Map<number, Guest>();
  /** Streams elsewhere, of sessions here, by guest and number. */
  readonly #hosted = new Map<string, HostedStream>();
  readonly #sweep: Sweep<HostedStream>;
  #lastStream = 0;

  constructor(options: RelayOptions) {
    this.#options = options;
    this.#sweep = new Sweep(options.timers, () => undefined);
    options.peers.listen('stream', this);
  }

  /** Asks the front-end that holds the session to speak through a stream here. */
  async claim(host: string, token: string, user: BareJid, by: Claimant): Promise<Claim<Session>> {
    const { peers, timers } = this.#options;
    const stream = ++this.#lastStream;
    const say = (message: ToHost) =>
      peers.say(host, { about: 'stream', to: 'host', stream, ...message });
    const { handled, declaration, lang } = by;
    const about = { token, user, handled, declaration, ...(lang === undefined ? {} : { lang }) };
    if (!say({ kind: 'claim', ...about })) return { ok: false };
    const session = await new Promise<RelayedSession | undefined>((resolve) => {
      const guest: Guest = { host, user, say, answered: resolve };
      this.#guests.set(stream, guest);
      const giveUp = () => this.#answered(stream, guest, undefined);
      const cancel = timers.setTimeout(giveUp, claimTimeoutMs);
      guest.answered = (claimed) => {
        cancel();
        resolve(claimed);
      };
    });
    return session ? { ok: true, session } : { ok: false };
  }

  /** The session of that address, or none, is the host's answer. */
  #answered(stream: number, guest: Guest, address: FullJid | undefined): void {
    const { answered, user, say } = guest;
    if (!answered) return;
    guest.answered = undefined;
    const onOver = () => this.#guests.delete(stream);
    if (address === undefined) onOver();
    else guest.session = new RelayedSession({ user, address, say, onOver });
    answered(guest.session);
  }

  heard(from: string, message: PeerMessage): void {
    if (!isRelayMessage(message)) return;
    if (message.to === 'host') this.#heardAsHost(from, message);
    else this.#heardAsGuest(from, message);
  }

  gone(frontEnd: string): void {
    for (const [stream, guest] of [...this.#guests])
      if (guest.host === frontEnd) this.#forsake(stream, guest);
    for (const [key, stream] of [...this.#hosted])
      if (key.startsWith(`${frontEnd} `)) stream.leave('lost');
  }

  cutOff(): void {
    for (const [stream, guest] of [...this.#guests]) this.#forsake(stream, guest);
    for (const stream of [...this.#hosted.values()]) stream.leave('lost');
  }

  #forsake(stream: number, guest: Guest): void {
    this.#answered(stream, guest, undefined);
    guest.session?.lost(
      'system-shutdown',
      'The part of the server that held your session is gone. Come back at once.',
    );
  }

  /** The front-end stops: sessions that are spoken for elsewhere end like those that are spoken for here. */
  close(): void {
    for (const stream of [...this.#hosted.values()]) stream.end('system-shutdown');
  }

  #heardAsGuest(host: string, message: RelayMessage): void {
    const { stream } = message;
    const said = message as unknown as ToGuest;
    const guest = this.#guests.get(stream);
    if (guest?.host !== host) {
      // It came too late: the client has been told that its session is gone, and may come once more.
      if (said.kind === 'claimed')
        this.#options.peers.say(host, {
          about: 'stream',
          to: 'host',
          stream,
          kind: 'left',
          how: 'lost',
        });
      return;
    }
    switch (said.kind) {
      case 'claimed':
        this.#answered(stream, guest, said.address);
        return;
      case 'refused':
        this.#answered(stream, guest, undefined);
        return;
      case 'write':
        guest.session?.written(said.text);
        return;
      case 'end':
        guest.session?.ended(said);
    }
  }

  #heardAsHost(guest: string, message: RelayMessage): void {
    const key = `${guest} ${message.stream}`;
    const said = message as unknown as ToHost;
    if (said.kind === 'claim') {
      this.#claimed(guest, message.stream, said);
      return;
    }
    const stream = this.#hosted.get(key);
    if (stream) hear(stream, said, this.#options.xmlLimits);
  }

  #claimed(guest: string, stream: number, claim: Extract<ToHost, { kind: 'claim' }>): void {
    const { local, peers, log } = this.#options;
    const say = (message: ToGuest) => {
      peers.say(guest, { about: 'stream', to: 'guest', stream, ...message });
    };
    const session = local.take(claim.token, claim.user, claim.handled);
    if (!session) {
      say({ kind: 'refused' });
      return;
    }
    log.debug({ event: 'session_relayed', session: session.address, to: guest });
    say({ kind: 'claimed', address: session.address });
    const key = `${guest} ${stream}`;
    const { declaration, lang, handled } = claim;
    const onOver = (over: HostedStream) => {
      this.#hosted.delete(key);
      this.#sweep.delete(over);
    };
    const hosted = new HostedStream({ session, declaration, lang, say, onOver });
    this.#hosted.set(key, hosted);
    this.#sweep.add(hosted);
    session.resume(hosted, handled);
  }
}

function hear(stream: HostedStream, said: ToHost, limits: XmlLimits): void {
  const { session } = stream;
  switch (said.kind) {
    case 'stanza': {
      const event = parseFramed(said.text, limits);
      if (event.kind === 'element') session.receive(event.element);
      return;
    }
    case 'manage':
      session.manage(said.request);
      return;
    case 'active':
      session.setActive(said.active);
      return;
    case 'taken':
      stream.taken(said.length);
      return;
    case 'probe':
      session.probe();
      return;
    case 'left':
      stream.leave(said.how);
      return;
    case 'claim':
  }
}
