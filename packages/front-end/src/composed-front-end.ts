/** One front-end put together: listeners, connections, sessions, and the end of them all. */
import { randomBytes } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { createSecureContext, type SecureContext, type SecureContextOptions } from 'node:tls';
import { ReaderPool } from '@rollcall/xmpp';
import { Admission } from './admission/admission.ts';
import { Turnstile } from './admission/turnstile.ts';
import { LoginDesk } from './authentication/login-desk.ts';
import { mechanismsOf } from './authentication/offered-mechanisms.ts';
import type { Connection } from './connection/connection.ts';
import type { ConnectionHouse } from './connection/connection-house.ts';
import { Hall } from './connection/hall.ts';
import { Reception, type Arrival } from './connection/reception.ts';
import { Turns } from './connection/turns.ts';
import type { WebSocketLike } from './connection/web-socket-wire.ts';
import type { EmbeddedSession } from './embedding/embedded-session.ts';
import { Embassy, type SessionRequest } from './embedding/embassy.ts';
import {
  askPresence,
  type PresenceQuestion,
  type PresenceReport,
} from './embedding/presence-report.ts';
import { servedUser } from './embedding/served-user.ts';
import { FrontEndError, stoppedError } from './front-end-error.ts';
import type { FrontEnd, HandledStream, HandOver } from './front-end.ts';
import { Doors, type ComponentListening } from './listener/doors.ts';
import type { Listener } from './listener/listening.ts';
import type { TcpListening } from './listener/tcp-listener.ts';
import type { WebSocketListening } from './listener/web-socket-listening.ts';
import { ClusterResumptions } from './management/cluster-resumptions.ts';
import { LocalResumptions } from './management/resumptions.ts';
import {
  checkOptions,
  type CheckedOptions,
  type FrontEndOptions,
} from './options/front-end-options.ts';
import { strangerXmlLimits, userXmlLimits } from './options/xml-limits.ts';
import { Relay } from './relay/relay.ts';
import { EdgeService } from './service/edge-service.ts';
import type { Session } from './session/session-house.ts';
import { newCounters, type Counters } from './stats/counters.ts';
import { noTransports } from './stats/transports.ts';
import type { FrontEndStats } from './stats/stats.ts';

const stopTimeoutMs = 2000;
const webSocketOpen = 1;

/** Throws `front_end_misconfigured`. Nothing is shared with other front-ends of the process. */
export function createFrontEnd(options: FrontEndOptions): FrontEnd {
  return new ComposedFrontEnd(checkOptions(options));
}

class ComposedFrontEnd implements FrontEnd {
  readonly #options: CheckedOptions;
  readonly #counters: Counters = newCounters();
  readonly #transports = noTransports();
  readonly #sessions = new Set<Session>();
  readonly #resumptions: LocalResumptions<Session>;
  readonly #relay: Relay | undefined;
  readonly #turnstile: Turnstile;
  readonly #admission: Admission;
  readonly #house: ConnectionHouse;
  readonly #hall: Hall;
  readonly #reception: Reception;
  readonly #embassy: Embassy;
  readonly #doors: Doors;
  #secureContext: SecureContext | undefined;
  #stopped = false;

  constructor(options: CheckedOptions) {
    const { gate, limits, timers, authenticator, mechanisms, tls, cleartextAuth = false } = options;
    this.#options = options;
    this.#secureContext = tls && createSecureContext(tls);
    this.#resumptions = new LocalResumptions(() => gate.frontEnd, limits.detachedSessions, timers);
    this.#turnstile = new Turnstile({ inside: limits.loginsInFlight, line: limits.loginsWaiting });
    this.#admission = new Admission(limits, timers);
    const xmlLimits = userXmlLimits(limits);
    const { peers } = gate;
    this.#relay =
      peers && new Relay({ peers, local: this.#resumptions, timers, xmlLimits, log: options.log });
    const turns = new Turns();
    this.#house = this.#furnish();
    this.#hall = new Hall(this.#house);
    this.#embassy = new Embassy(this.#house);
    this.#reception = new Reception(this.#house, {
      hall: this.#hall,
      cleartextAuth,
      mechanisms: mechanismsOf(authenticator, mechanisms),
      turns,
    });
    this.#doors = new Doors(this.#house, this.#reception, this.#hall, turns);
  }

  #furnish(): ConnectionHouse {
    const { gate, domains, limits, timeouts, timers, log, registrar } = this.#options;
    const { features = [], items = () => [] } = this.#options;
    const relay = this.#relay;
    return {
      gate,
      domains,
      limits,
      timeouts,
      timers,
      log,
      counters: this.#counters,
      registrar,
      service: new EdgeService({ timers, features, items, ...(registrar ? { registrar } : {}) }),
      resumptions: relay ? new ClusterResumptions(this.#resumptions, relay) : this.#resumptions,
      sessions: this.#sessions,
      admission: this.#admission,
      xmlLimits: userXmlLimits(limits),
      strangerXmlLimits: strangerXmlLimits(limits),
      secureContext: () => this.#secureContext,
      desk: this.#openDesk(),
      transports: this.#transports,
      readers: new ReaderPool(),
    };
  }

  #openDesk(): LoginDesk {
    const { authenticator, decoySecret = randomBytes(32), decoyIterations, log } = this.#options;
    return new LoginDesk({
      authenticator,
      turnstile: this.#turnstile,
      admission: this.#admission,
      decoySecret,
      ...(decoyIterations === undefined ? {} : { decoyIterations }),
      counters: this.#counters,
      log,
    });
  }

  listenTcp(listening: TcpListening): Promise<Listener> {
    return this.#doors.openTcp(listening);
  }

  listenTls(listening: TcpListening): Promise<Listener> {
    return this.#doors.openTls(listening);
  }

  listenWebSocket(listening: WebSocketListening): Promise<Listener> {
    return this.#doors.openWebSocket(listening);
  }

  listenComponents(listening: ComponentListening): Promise<Listener> {
    return this.#doors.openComponents(listening);
  }

  handleStream(stream: Duplex, handOver: HandOver = {}): HandledStream {
    this.#assertAlive(!stream.destroyed && stream.readable && stream.writable);
    return this.#hold((arrival) => this.#reception.receiveBytes(stream, arrival), handOver);
  }

  handleWebSocket(socket: WebSocketLike, handOver: HandOver = {}): HandledStream {
    this.#assertAlive(socket.readyState === webSocketOpen);
    return this.#hold(
      (arrival) => this.#reception.receiveWebSocket(socket, undefined, arrival),
      handOver,
    );
  }

  #assertAlive(isAlive: boolean): void {
    this.#assertRunning();
    if (isAlive) return;
    throw new FrontEndError('front_end_stream_dead', 'The stream that was handed over is closed.');
  }

  #hold(
    receive: (arrival: Arrival) => Connection | undefined,
    { address = 'embedded', secure = false, user }: HandOver,
  ): HandledStream {
    const vouched = user === undefined ? undefined : servedUser(user, this.#options.domains);
    let connection: Connection | undefined;
    const closed = new Promise<void>((onGone) => {
      connection = receive({
        transport: 'handedOver',
        address,
        onGone,
        ...(secure ? { tls: {} } : {}),
        ...(vouched === undefined ? {} : { user: vouched }),
      });
    });
    return { closed, end: () => connection?.end('reset', 'the gateway ended the stream') };
  }

  openSession(request: SessionRequest): Promise<EmbeddedSession> {
    return this.#embassy.open(request);
  }

  async ask(question: PresenceQuestion): Promise<PresenceReport> {
    this.#assertRunning();
    return await askPresence(this.#options.gate, question);
  }

  setSecureContext(tls: SecureContextOptions): void {
    this.#secureContext = createSecureContext(tls);
  }

  stats(): FrontEndStats {
    let queuedStanzas = 0;
    let queuedBytes = 0;
    let unacknowledgedStanzas = 0;
    for (const { queued, unacknowledged } of this.#sessions) {
      queuedStanzas += queued.stanzas;
      queuedBytes += queued.bytes;
      unacknowledgedStanzas += unacknowledged;
    }
    return {
      ...this.#counters,
      connections: this.#admission.connections,
      tcpStreams: this.#transports.tcp,
      tlsStreams: this.#transports.tls,
      webSocketStreams: this.#transports.webSocket,
      handedOverStreams: this.#transports.handedOver,
      componentsConnected: this.#transports.component,
      sessions: this.#sessions.size,
      detachedSessions: this.#resumptions.waiting,
      loginsInFlight: this.#turnstile.running,
      loginsWaiting: this.#turnstile.waiting,
      queuedStanzas,
      queuedBytes,
      unacknowledgedStanzas,
    };
  }

  async stop(timeoutMs = stopTimeoutMs): Promise<void> {
    if (this.#stopped) return;
    this.#stopped = true;
    await this.#doors.close();
    this.#embassy.close();
    this.#relay?.close();
    for (const session of this.#sessions) session.abandon();
    await this.#hall.close(timeoutMs);
  }

  #assertRunning(): void {
    if (this.#stopped) throw stoppedError();
  }
}
