/** One front-end put together: listeners, connections, sessions, and the end of them all. */
import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { createSecureContext, type SecureContextOptions } from 'node:tls';
import { domainOf, type BareJid } from '@rollcall/xmpp';
import { Admission } from './admission/admission.ts';
import { Turnstile } from './admission/turnstile.ts';
import { LoginDesk } from './authentication/login-desk.ts';
import { mechanismsOf } from './authentication/offered-mechanisms.ts';
import { ByteWire } from './connection/byte-wire.ts';
import { Connection } from './connection/connection.ts';
import type { ConnectionHouse } from './connection/connection-house.ts';
import { Reception, turnAway, type Arrival } from './connection/reception.ts';
import { Turns } from './connection/turns.ts';
import { FrontEndError } from './front-end-error.ts';
import { plainAddress } from './listener/peer-address.ts';
import { listenOn, type ListenAddress, type Listener } from './listener/tcp-listener.ts';
import { LocalResumptions } from './management/resumptions.ts';
import {
  checkOptions,
  type CheckedOptions,
  type FrontEndOptions,
} from './options/front-end-options.ts';
import { strangerXmlLimits, userXmlLimits } from './options/xml-limits.ts';
import { EdgeService } from './service/edge-service.ts';
import type { ClientSession } from './session/client-session.ts';
import { newCounters, type Counters } from './stats/counters.ts';
import type { FrontEndStats } from './stats/stats.ts';
import { tcpFraming } from './stream/framing.ts';

/** What a gateway says of a stream that it hands over. */
export interface HandOver {
  /** Where the peer is, for limits and logs. Default `embedded`. */
  readonly address?: string;
  /** Nobody else can read the stream: its TLS has ended already, or it never left the machine. */
  readonly secure?: boolean;
  /** The gateway knows who this is: no login, the client goes on with resource binding. */
  readonly user?: BareJid;
}

export interface HandedStream {
  /** Resolves when the stream is gone, for whatever reason. */
  readonly closed: Promise<void>;
  /** Ends it properly. */
  end(): void;
}

export interface FrontEnd {
  /** XMPP over TCP, with STARTTLS. Rejects with `front_end_cannot_listen`. */
  listenTcp(address: ListenAddress): Promise<Listener>;
  /** Speaks XMPP on a duplex stream. Throws `front_end_stream_dead`, `front_end_domain_unknown`. */
  handleStream(stream: Duplex, handOver?: HandOver): HandedStream;
  /** From now on new connections get this certificate. */
  setSecureContext(tls: SecureContextOptions): void;
  stats(): FrontEndStats;
  /** Ends all streams with `system-shutdown` and all sessions; what has not gone by then is cut. */
  stop(timeoutMs?: number): Promise<void>;
}

const stopTimeoutMs = 2000;

/** Throws `front_end_misconfigured`. Nothing is shared with other front-ends of the process. */
export function createFrontEnd(options: FrontEndOptions): FrontEnd {
  return new ComposedFrontEnd(checkOptions(options));
}

class ComposedFrontEnd implements FrontEnd {
  readonly #options: CheckedOptions;
  readonly #counters: Counters = newCounters();
  readonly #turns = new Turns();
  readonly #sessions = new Set<ClientSession>();
  readonly #resumptions: LocalResumptions<ClientSession>;
  readonly #turnstile: Turnstile;
  readonly #admission: Admission;
  readonly #house: ConnectionHouse;
  readonly #reception: Reception;
  readonly #listeners = new Set<Listener>();
  #secureContext;
  #stopped = false;

  constructor(options: CheckedOptions) {
    const { gate, limits, timers, authenticator } = options;
    this.#options = options;
    this.#secureContext = options.tls && createSecureContext(options.tls);
    this.#resumptions = new LocalResumptions(gate.frontEnd, limits.detachedSessions, timers);
    this.#turnstile = new Turnstile({ inside: limits.loginsInFlight, line: limits.loginsWaiting });
    this.#admission = new Admission(limits, timers);
    this.#house = this.#furnish();
    this.#reception = new Reception(this.#house, {
      cleartextAuth: options.cleartextAuth ?? false,
      mechanisms: mechanismsOf(authenticator, options.mechanisms),
    });
  }

  #furnish(): ConnectionHouse {
    const { gate, domains, limits, timeouts, timers, log, authenticator } = this.#options;
    const { registrar, features = [], items = () => [], decoyIterations } = this.#options;
    const counters = this.#counters;
    return {
      gate,
      domains,
      limits,
      timeouts,
      timers,
      log,
      counters,
      registrar,
      service: new EdgeService({ timers, features, items, ...(registrar ? { registrar } : {}) }),
      resumptions: this.#resumptions,
      sessions: this.#sessions,
      admission: this.#admission,
      xmlLimits: userXmlLimits(limits),
      strangerXmlLimits: strangerXmlLimits(limits),
      secureContext: () => this.#secureContext,
      desk: new LoginDesk({
        authenticator,
        turnstile: this.#turnstile,
        admission: this.#admission,
        decoySecret: this.#options.decoySecret ?? randomBytes(32),
        ...(decoyIterations === undefined ? {} : { decoyIterations }),
        counters,
        log,
      }),
    };
  }

  async listenTcp(address: ListenAddress): Promise<Listener> {
    this.#assertRunning();
    const listener = await listenOn(address, (socket) => this.#acceptTcp(socket));
    this.#listeners.add(listener);
    return listener;
  }

  #acceptTcp(socket: Socket): void {
    this.#serve(socket, { address: plainAddress(socket.remoteAddress) }, () => undefined);
  }

  handleStream(stream: Duplex, handOver: HandOver = {}): HandedStream {
    this.#assertRunning();
    const { address = 'embedded', secure = false, user } = handOver;
    if (stream.destroyed || !stream.readable || !stream.writable) {
      throw new FrontEndError(
        'front_end_stream_dead',
        'The stream that was handed over is closed.',
      );
    }
    if (user !== undefined && !this.#options.domains.includes(domainOf(user))) {
      throw new FrontEndError(
        'front_end_domain_unknown',
        `${domainOf(user)} is not served here; serve it, or vouch for users of served domains.`,
      );
    }
    const arrival = {
      address,
      ...(secure ? { tls: {} } : {}),
      ...(user === undefined ? {} : { user }),
    };
    let end = (): void => undefined;
    const closed = new Promise<void>((resolve) => {
      const connection = this.#serve(stream, arrival, resolve);
      if (connection) end = () => connection.end('reset', 'the gateway ended the stream');
    });
    return { closed, end: () => end() };
  }

  #serve(stream: Duplex, arrival: Arrival, onGone: () => void): Connection | undefined {
    const { xmlLimits, strangerXmlLimits: strangers, domains } = this.#house;
    const limits = arrival.user === undefined ? strangers : xmlLimits;
    const wire = () => new ByteWire(stream, tcpFraming, limits, this.#turns);
    const received = this.#reception.receive(arrival, wire, onGone);
    if (received instanceof Connection) return received;
    turnAway(stream, tcpFraming, domains[0], received);
    onGone();
    return undefined;
  }

  setSecureContext(tls: SecureContextOptions): void {
    this.#secureContext = createSecureContext(tls);
  }

  stats(): FrontEndStats {
    let queuedStanzas = 0;
    let queuedBytes = 0;
    for (const { queued } of this.#sessions) {
      queuedStanzas += queued.stanzas;
      queuedBytes += queued.bytes;
    }
    return {
      ...this.#counters,
      connections: this.#admission.connections,
      sessions: this.#sessions.size,
      detachedSessions: this.#resumptions.waiting,
      loginsInFlight: this.#turnstile.running,
      loginsWaiting: this.#turnstile.waiting,
      queuedStanzas,
      queuedBytes,
    };
  }

  async stop(timeoutMs = stopTimeoutMs): Promise<void> {
    if (this.#stopped) return;
    this.#stopped = true;
    const closing = Array.from(this.#listeners, (listener) => listener.close());
    for (const session of this.#sessions) session.abandon();
    await this.#reception.close(timeoutMs);
    await Promise.all(closing);
  }

  #assertRunning(): void {
    if (this.#stopped) {
      throw new FrontEndError('front_end_stopped', 'The front-end was stopped; make another one.');
    }
  }
}
