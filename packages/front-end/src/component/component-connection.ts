/** The shell around a component's stream. */
import {
  bareOf,
  childElements,
  serializeStanza,
  type StreamErrorCondition,
  type StreamEvent,
  type XmlElement,
} from '@rollcall/xmpp';
import type { ConnectionHouse } from '../connection/connection-house.ts';
import { Liveness, type LivenessStage } from '../connection/liveness.ts';
import type { Wire, WireListener } from '../connection/wire.ts';
import type { EdgeService } from '../service/edge-service.ts';
import { WriteQueue } from '../write-queue/write-queue.ts';
import type { ComponentGate, ComponentLink } from './component-gate.ts';
import {
  componentStep,
  type ComponentInput,
  type ComponentOutput,
  type ComponentRules,
  type ComponentState,
  type RoutedStanza,
} from './component-machine.ts';

export interface ComponentConnectionOptions {
  readonly wire: Wire;
  readonly rules: ComponentRules;
  readonly gate: ComponentGate;
  /** What components may ask of the served domains. */
  readonly service: EdgeService;
  readonly address: string;
  readonly onGone: (connection: ComponentConnection) => void;
}

export class ComponentConnection implements WireListener {
  readonly outlet: Wire;
  readonly #house: ConnectionHouse;
  readonly #options: ComponentConnectionOptions;
  readonly #liveness: Liveness;
  readonly #queue: WriteQueue;
  #state: ComponentState = { phase: 'opening' };
  #link: ComponentLink | undefined;

  constructor(house: ConnectionHouse, options: ComponentConnectionOptions) {
    this.outlet = options.wire;
    this.#house = house;
    this.#options = options;
    // Components need not speak; TCP's own keep-alive tells when they are gone.
    const timeouts = { ...house.timeouts, silenceMs: Infinity };
    this.#liveness = new Liveness(timeouts, house.timers.now());
    this.#queue = new WriteQueue(house.limits, {
      overflowed: () => this.#cutOff(),
      sent: () => undefined,
      coalesced: () => undefined,
    });
  }

  get address(): string {
    return this.#options.address;
  }

  start(): void {
    this.outlet.start(this);
  }

  end(condition: StreamErrorCondition, text?: string): void {
    this.#take({ kind: 'ended', condition, ...(text === undefined ? {} : { text }) });
  }

  /** Called about once a second. */
  tick(nowMs: number): void {
    switch (this.#liveness.check(nowMs, stageOf(this.#state), this.outlet.written)) {
      case 'cut':
        this.outlet.destroy();
        break;
      case 'expired':
        this.end('connection-timeout', 'no handshake in time');
        break;
      case 'keepAlive':
        this.outlet.keepAlive();
        break;
      case 'ask':
      case 'fine':
    }
  }

  events(events: readonly StreamEvent[]): void {
    for (const event of events) this.#take(event);
  }

  drained(): void {
    this.#queue.drained();
  }

  gone(cause?: Error): void {
    const { log } = this.#house;
    const { address, onGone } = this.#options;
    this.#state = { phase: 'closed' };
    log.debug({ event: 'component_gone', address, err: cause });
    this.#detach();
    onGone(this);
  }

  #cutOff(): void {
    this.#house.counters.queueOverflows += 1;
    this.end('resource-constraint', 'you read too slowly');
  }

  #take(input: ComponentInput): void {
    const { state, outputs } = componentStep(this.#state, input, this.#options.rules);
    this.#state = state;
    for (const output of outputs) this.#carryOut(output);
  }

  #carryOut(output: ComponentOutput): void {
    switch (output.kind) {
      case 'write':
        this.outlet.write(output.text);
        break;
      case 'attach':
        this.#attach(output.domain);
        break;
      case 'stanza':
        this.#receive(output.stanza, output.element);
        break;
      case 'close':
        this.#close(output.condition);
    }
  }

  #attach(domain: string): void {
    const { gate, address } = this.#options;
    const { log, xmlLimits, counters, transports } = this.#house;
    this.#link = gate.attach(domain, (stanza) => {
      counters.stanzasSent += 1;
      this.#queue.say({ text: serializeStanza(stanza) });
    });
    const ok = this.#link !== undefined;
    log.info({ event: ok ? 'component_connected' : 'component_refused', domain, address });
    if (ok) {
      transports.component += 1;
      this.outlet.setLimits(xmlLimits);
    }
    this.#take({ kind: 'attached', ok });
    if (ok) this.#queue.attach(this.outlet);
  }

  #receive(stanza: RoutedStanza, element: XmlElement): void {
    const { counters, domains } = this.#house;
    counters.stanzasReceived += 1;
    const { from, to } = stanza;
    const [payload] = childElements(element);
    const isRequest = stanza.kind === 'iq' && (stanza.type === 'get' || stanza.type === 'set');
    if (!isRequest || !payload || !domains.includes(to)) {
      this.#link?.send(stanza);
      return;
    }
    const request = { iq: stanza, payload, asker: from, user: bareOf(from), ofAccount: false };
    void Promise.resolve(this.#options.service.answer(request)).then((reply) => {
      this.#queue.say({ text: serializeStanza(reply) });
    });
  }

  #close(condition: StreamErrorCondition | undefined): void {
    const { counters, log } = this.#house;
    if (condition !== undefined) {
      counters.streamErrors += 1;
      log.info({ event: 'component_stream_error', address: this.#options.address, condition });
    }
    this.#detach();
    this.outlet.end();
  }

  #detach(): void {
    if (this.#link) this.#house.transports.component -= 1;
    this.#link?.detach();
    this.#link = undefined;
    this.#queue.close();
  }
}

function stageOf({ phase }: ComponentState): LivenessStage {
  return phase === 'bound' || phase === 'closed' ? phase : 'login';
}
