/** Presence as a gateway has it: front-ends, accounts, and the end of it all, wherever the engine is. */
import { randomBytes } from 'node:crypto';
import type { EngineAdmin, SessionGate } from '@rollcall/cluster';
import {
  accountAuthenticator,
  createFrontEnd,
  type FrontEnd,
  type FrontEndOptions,
} from '@rollcall/front-end';
import { decoyVerifiers, type AccountStore } from '@rollcall/store';
import { domainOf, parseBareJid, type BareJid, type Stanza } from '@rollcall/xmpp';
import type { Logger } from 'pino';
import { decoySecret, type Data } from './data/data.ts';
import { GatewayError } from './gateway-error.ts';

/** Everything that `createFrontEnd` of `@rollcall/front-end` takes, but what is known already. */
export type GatewayFrontEndOptions = Partial<Omit<FrontEndOptions, 'gate' | 'domains'>>;

/** Presence, running: what `embedEngine` and `joinCluster` resolve with. */
export interface Rollcall {
  /** Prepared (RFC 7622 §3.2). */
  readonly domains: readonly [string, ...string[]];
  /** What front-ends speak through. */
  readonly gate: SessionGate;
  readonly accounts: AccountStore;
  /** Accounts and rosters: making, removing, import, export. */
  readonly admin: EngineAdmin;
  /**
   * A front-end over this engine: to hand streams to, open sessions at, ask, listen with. Any number of them, which
   * do not disturb each other. Without an authenticator, `accounts` decide who may log in; users that the gateway
   * vouches for need none. Throws `front_end_misconfigured`.
   */
  createFrontEnd(options?: GatewayFrontEndOptions): FrontEnd;
  /**
   * Makes an account that cannot be logged in to by password, unless there is one: for users whom the gateway knows
   * by itself. Only who has an account can have sessions, a roster and contacts. Rejects with
   * `gateway_jid_malformed`, `gateway_domain_unknown` or as the store does (`StoreError`).
   */
  ensureUser(user: string): Promise<'created' | 'exists'>;
  /** A stanza of a component's, `from` set, on its way to whomever it is addressed to. */
  route(stanza: Stanza): void;
  /** Ends sessions, front-ends and engine, in this order, within five seconds. Later calls wait for the same end. */
  stop(): Promise<void>;
}

/** The engine behind it: in this process, or a node's way to those of the cluster. */
export interface EnginePart {
  readonly gate: SessionGate;
  readonly admin: EngineAdmin;
  route(stanza: Stanza): void;
  stop(options: { readonly timeoutMs: number }): Promise<void>;
}

export interface RollcallParts {
  readonly domains: readonly [string, ...string[]];
  readonly engine: EnginePart;
  readonly data: Data;
  readonly log: Logger;
  /** After everything else has stopped. */
  readonly disconnect?: () => Promise<void>;
}

const stopTimeouts = { sessionsMs: 1_500, streamsMs: 1_500, engineMs: 1_500 };

/** Rejects with `StoreError`; the engine is stopped then. */
export async function openRollcall(parts: RollcallParts): Promise<Rollcall> {
  try {
    return new OpenRollcall(parts, await decoySecret(parts.data.records));
  } catch (error) {
    await parts.engine.stop({ timeoutMs: stopTimeouts.engineMs });
    throw error;
  }
}

class OpenRollcall implements Rollcall {
  readonly #parts: RollcallParts;
  readonly #decoySecret: Uint8Array;
  readonly #frontEnds = new Set<FrontEnd>();
  #stopping: Promise<void> | undefined;

  constructor(parts: RollcallParts, secret: Uint8Array) {
    this.#parts = parts;
    this.#decoySecret = secret;
  }

  get domains(): readonly [string, ...string[]] {
    return this.#parts.domains;
  }

  get gate(): SessionGate {
    return this.#parts.engine.gate;
  }

  get accounts(): AccountStore {
    return this.#parts.data.accounts;
  }

  get admin(): EngineAdmin {
    return this.#parts.engine.admin;
  }

  createFrontEnd(options: GatewayFrontEndOptions = {}): FrontEnd {
    const { log } = this.#parts;
    const secret = this.#decoySecret;
    const frontEnd = createFrontEnd({
      log,
      authenticator: accountAuthenticator(this.accounts, { decoySecret: secret }),
      decoySecret: secret,
      ...options,
      gate: this.gate,
      domains: this.domains,
    });
    this.#frontEnds.add(frontEnd);
    return frontEnd;
  }

  async ensureUser(text: string): Promise<'created' | 'exists'> {
    const user = this.#servedUser(text);
    return await this.admin.createUser(user, decoyVerifiers(user, randomBytes(32)));
  }

  #servedUser(text: string): BareJid {
    const jid = parseBareJid(text);
    if (!jid.ok || !jid.value.includes('@')) {
      const problem = jid.ok ? '' : `: ${jid.problem}`;
      throw new GatewayError(
        'gateway_jid_malformed',
        `'${text}' does not name a user, as name@domain does${problem}.`,
      );
    }
    const domain = domainOf(jid.value);
    if (this.domains.includes(domain)) return jid.value;
    throw new GatewayError('gateway_domain_unknown', `${domain} is not served here; serve it.`);
  }

  route(stanza: Stanza): void {
    this.#parts.engine.route(stanza);
  }

  stop(): Promise<void> {
    return (this.#stopping ??= this.#stop());
  }

  async #stop(): Promise<void> {
    const { engine, data, disconnect } = this.#parts;
    try {
      // Before the streams end, so that who goes is shown to those who still listen.
      await engine.gate.close(stopTimeouts.sessionsMs);
      const ends = [...this.#frontEnds].map((frontEnd) => frontEnd.stop(stopTimeouts.streamsMs));
      await Promise.all(ends);
      await engine.stop({ timeoutMs: stopTimeouts.engineMs });
    } finally {
      await data.close();
      await disconnect?.();
    }
  }
}
