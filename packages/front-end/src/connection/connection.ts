/**
 * The shell around one stream: hands what comes to the stream machine, carries out what it wants, and feeds the
 * answers back.
 */
import type { StreamErrorCondition, StreamEvent } from '@rollcall/xmpp';
import type { Session, SessionStream } from '../session/session-house.ts';
import { newStream, securedFirst, step } from '../stream/stream-machine.ts';
import {
  awaitsAnswer,
  type StreamFacts,
  type StreamInput,
  type StreamOutput,
  type StreamRules,
  type StreamState,
} from '../stream/stream-state.ts';
import { askRegistrar } from './ask-registrar.ts';
import type { ConnectionHouse } from './connection-house.ts';
import { Inlet, type InletOwner } from './inlet.ts';
import { Liveness, type LivenessStage } from './liveness.ts';
import { openSession, resumeSession, type SessionEntry } from './session-entry.ts';
import type { Wire, WireListener } from './wire.ts';

export interface ConnectionOptions {
  readonly wire: Wire;
  readonly rules: StreamRules;
  /** Where the peer is; counted by admission, named in logs. */
  readonly address: string;
  /** What the transport or a gateway vouches for. */
  readonly known: Pick<StreamFacts, 'tls' | 'user'>;
  /** TLS comes first, as on port 5223 (XEP-0368). */
  readonly directTls: boolean;
  readonly onGone: (connection: Connection) => void;
}

type Output<K extends StreamOutput['kind']> = Extract<StreamOutput, { readonly kind: K }>;

export class Connection implements WireListener, InletOwner, SessionStream {
  readonly outlet: Wire;
  readonly address: string;
  readonly #house: ConnectionHouse;
  readonly #rules: StreamRules;
  readonly #directTls: boolean;
  readonly #onGone: (connection: Connection) => void;
  readonly #liveness: Liveness;
  readonly #inlet: Inlet;
  #state: StreamState;
  #session: Session | undefined;

  constructor(house: ConnectionHouse, options: ConnectionOptions) {
    const { wire, address, rules, known, directTls, onGone } = options;
    this.outlet = wire;
    this.address = address;
    this.#house = house;
    this.#rules = rules;
    this.#directTls = directTls;
    this.#onGone = onGone;
    this.#liveness = new Liveness(house.timeouts, house.timers.now());
    this.#inlet = new Inlet(house, wire, this);
    this.#state = directTls ? securedFirst() : newStream(known);
  }

  get declaration(): string {
    return this.outlet.framing.stanzaDeclaration;
  }

  get lang(): string | undefined {
    return this.#state.facts.lang;
  }

  start(): void {
    this.outlet.start(this);
    if (this.#directTls) this.#startTls(['xmpp-client']);
  }

  /** Ends the stream with an error. */
  end(condition: StreamErrorCondition, text?: string, extra?: string): void {
    this.take({
      kind: 'ended',
      condition,
      ...(text === undefined ? {} : { text }),
      ...(extra === undefined ? {} : { extra }),
    });
  }

  /** Called about once a second. */
  tick(nowMs: number): void {
    this.#inlet.tick(nowMs);
    switch (this.#liveness.check(nowMs, stageOf(this.#state), this.outlet.written)) {
      case 'cut':
        this.outlet.destroy();
        break;
      case 'expired':
        this.#house.counters.timeouts += 1;
        this.end('connection-timeout', 'not a sign of life for too long');
        break;
      case 'ask':
        this.#session?.probe();
        break;
      case 'keepAlive':
        this.outlet.keepAlive();
        break;
      case 'fine':
        this.#session?.tick();
    }
  }

  // What the wire tells.

  events(events: readonly StreamEvent[]): void {
    this.#liveness.heard(this.#house.timers.now());
    this.#inlet.push(events);
  }

  drained(): void {
    this.#session?.drained();
  }

  gone(cause?: Error): void {
    const { facts } = this.#state;
    const { address } = this;
    this.#state = { phase: 'closed', facts };
    this.#inlet.close();
    this.#house.log.debug({ event: 'connection_gone', address, user: facts.user, err: cause });
    this.#session?.leave(this, 'lost');
    this.#onGone(this);
  }

  // What the inlet asks.

  get turn(): InletOwner['turn'] {
    // The TLS handshake has to be read, and the client may speak before we are told of its end.
    if (awaitsAnswer(this.#state)) return this.#state.phase === 'securing' ? 'listen' : 'wait';
    return this.#state.phase === 'bound' ? 'paced' : 'free';
  }

  /** What goes wrong here is a fault of ours; it costs this client its connection, and nobody else. */
  take(input: StreamInput): void {
    try {
      const { state, outputs } = step(this.#state, input, this.#rules);
      this.#state = state;
      for (const output of outputs) this.#carryOut(output);
    } catch (error) {
      const { address } = this;
      this.#house.log.error({ event: 'connection_failed', address, input: input.kind, err: error });
      this.outlet.destroy();
    }
  }

  #carryOut(output: StreamOutput): void {
    switch (output.kind) {
      case 'write':
        this.#write(output.text);
        break;
      case 'stanza':
        this.#session?.receive(output.element);
        break;
      case 'clientState':
        this.#session?.setActive(output.active);
        break;
      case 'management':
        this.#session?.manage(output.request);
        break;
      case 'startTls':
        this.#startTls();
        break;
      case 'restart':
        this.#inlet.forget();
        this.outlet.restart();
        break;
      case 'askAuthenticator':
        void this.#askAuthenticator(output);
        break;
      case 'askRegistrar':
        void this.#askRegistrar(output);
        break;
      case 'askGate':
        void this.#enter(openSession(this.#house, output));
        break;
      case 'askResumption':
        void this.#enter(resumeSession(this.#house, output, this));
        break;
      case 'loggedIn':
        this.#house.counters.loginsSucceeded += 1;
        this.outlet.setLimits(this.#house.xmlLimits);
        break;
      case 'loginFailed':
        this.#loginFailed(output);
        break;
      case 'close':
        this.#close(output);
    }
  }

  /** In order with what the session says; the last words need no order. */
  #write(text: string): void {
    if (this.#session && this.#state.phase !== 'closed') this.#session.say(text);
    else this.outlet.write(text);
  }

  #loginFailed({ mechanism, condition, misfit }: Output<'loginFailed'>): void {
    const { counters, admission, log } = this.#house;
    const { address } = this;
    log.info({ event: 'login_failed', address, mechanism, condition });
    // It was not checked: nobody has guessed wrong.
    if (misfit || condition === 'temporary-auth-failure') return;
    counters.loginsFailed += 1;
    admission.loginFailed(address);
  }

  #close({ condition, inTurn }: Output<'close'>): void {
    const { counters, log } = this.#house;
    if (condition !== undefined) {
      counters.streamErrors += 1;
      const { user } = this.#state.facts;
      log.info({ event: 'stream_error', address: this.address, user, condition });
    }
    this.#session?.leave(this, condition === 'connection-timeout' ? 'lost' : 'closed');
    if (inTurn) this.outlet.endInTurn();
    else this.outlet.end();
  }

  // Answers that take their time.

  #startTls(protocols?: readonly string[]): void {
    const { secureContext, counters, log } = this.#house;
    const { outlet: wire, address } = this;
    const context = secureContext();
    if (!context || !wire.startTls) throw new Error('TLS was offered without a certificate');
    this.#inlet.forget();
    wire.startTls(context, protocols).then(
      (tls) => this.#hear({ kind: 'secured', tls }),
      (error: unknown) => {
        counters.tlsFailures += 1;
        log.info({ event: 'tls_failed', address, err: error });
        wire.destroy();
      },
    );
  }

  /** Feeds an answer back and goes on with what the client has said meanwhile. */
  #hear(answer: StreamInput): void {
    this.take(answer);
    this.#inlet.pump();
  }

  async #askAuthenticator({ question }: Output<'askAuthenticator'>): Promise<void> {
    const { address } = this;
    const isWaiting = () => this.#state.phase === 'verifying';
    const next = await this.#house.desk.answer(question, { address, isWaiting });
    this.#hear({ kind: 'authenticatorAnswered', step: next });
  }

  async #askRegistrar({ form }: Output<'askRegistrar'>): Promise<void> {
    const outcome = await askRegistrar(this.#house, this.address, form);
    this.#hear({ kind: 'registrarAnswered', outcome });
  }

  async #enter(entering: Promise<SessionEntry>): Promise<void> {
    const entry = await entering;
    if (!entry.ok) {
      this.#hear(entry.answer);
    } else if (awaitsAnswer(this.#state)) {
      const { session } = entry;
      const { address } = this;
      this.#house.log.debug({ event: 'session_entered', address, session: session.address });
      this.take(entry.answer);
      this.#session = session;
      entry.begin(this);
      this.#inlet.pump();
    } else {
      entry.giveUp(this);
    }
  }
}

function stageOf({ phase }: StreamState): LivenessStage {
  if (phase === 'bound' || phase === 'closed') return phase;
  return phase === 'securing' ? 'tlsHandshake' : 'login';
}
