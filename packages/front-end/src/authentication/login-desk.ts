/**
 * Answers the questions of SASL exchanges by the authenticator, so many at a time. Whether a user exists shows in
 * nothing: the unknown get decoys, and so do those who have no verifier for the hash that was chosen.
 */
import { decoyVerifier } from '@rollcall/store';
import type { Logger } from 'pino';
import type { Admission } from '../admission/admission.ts';
import type { Turnstile } from '../admission/turnstile.ts';
import { networkOf } from '../listener/peer-address.ts';
import {
  saslFailure,
  type Credentials,
  type SaslQuestion,
  type SaslStep,
  type Verdict,
} from '../sasl/sasl-step.ts';
import type { Counters } from '../stats/counters.ts';
import type { Authenticator } from './authenticator.ts';

export interface LoginDeskOptions {
  readonly authenticator: Authenticator;
  readonly turnstile: Turnstile;
  readonly admission: Admission;
  readonly decoySecret: string | Uint8Array;
  readonly decoyIterations?: number;
  readonly counters: Counters;
  readonly log: Logger;
}

export interface Asker {
  readonly address: string;
  /** Whether there is still someone to answer. */
  readonly isWaiting: () => boolean;
}

export class LoginDesk {
  readonly #options: LoginDeskOptions;

  constructor(options: LoginDeskOptions) {
    this.#options = options;
  }

  /** The step that follows the answer. Never rejects. */
  async answer(question: SaslQuestion, { address, isWaiting }: Asker): Promise<SaslStep> {
    const { turnstile, admission, log, counters } = this.#options;
    if (!admission.mayLogIn(address)) {
      counters.loginsShed += 1;
      return saslFailure('temporary-auth-failure', 'too many failed logins from your address');
    }
    try {
      const step = await turnstile.pass(networkOf(address), async () => {
        // In a flood, many are gone when their turn comes.
        return isWaiting() ? this.#ask(question) : saslFailure('aborted');
      });
      if (step !== 'full') return step;
      counters.loginsShed += 1;
      return saslFailure('temporary-auth-failure', 'too many logins at once, try again later');
    } catch (error) {
      counters.loginsErrored += 1;
      log.error({ event: 'authenticator_failed', err: error });
      return saslFailure('temporary-auth-failure');
    }
  }

  async #ask(question: SaslQuestion): Promise<SaslStep> {
    const { authenticator, decoySecret, decoyIterations } = this.#options;
    if (question.kind === 'verdictWanted') {
      return question.next(await this.#judge(question.credentials));
    }
    const { user, hash, next } = question;
    const known = await authenticator.verifiers?.(user);
    // Made for everybody, so that the time does not tell the unknown apart.
    const decoy = decoyVerifier(
      hash,
      user,
      decoySecret,
      decoyIterations === undefined ? {} : { iterations: decoyIterations },
    );
    return next(known?.[hash] ?? decoy);
  }

  async #judge(credentials: Credentials): Promise<Verdict> {
    const { authenticator } = this.#options;
    const verdict =
      credentials.kind === 'password'
        ? await authenticator.checkPassword?.(credentials.user, credentials.password)
        : await authenticator.checkToken?.(credentials.token, credentials);
    return verdict ?? { ok: false, condition: 'invalid-mechanism' };
  }
}
