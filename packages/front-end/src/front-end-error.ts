/** What can go wrong for the program that runs a front-end: a code that stays, and a sentence on what to do. */
import { OperationalError } from '@rollcall/store';
import type { StanzaErrorCondition } from '@rollcall/xmpp';

/** What went wrong, for programs. */
export type FrontEndErrorCode =
  /** The options contradict each other or name nothing to serve. */
  | 'front_end_misconfigured'
  /** The address cannot be listened on. */
  | 'front_end_cannot_listen'
  /** The front-end was stopped; whoever still uses it has outlived it. */
  | 'front_end_stopped'
  /** A gateway vouches for a user of a domain that is not served. */
  | 'front_end_domain_unknown'
  /** A gateway hands over a stream that is closed. */
  | 'front_end_stream_dead'
  /** A text that should name a user does not. */
  | 'front_end_jid_malformed'
  /** The cluster, or a limit here, refuses the session; `condition` says why. */
  | 'front_end_session_refused'
  /** The session has ended. */
  | 'front_end_session_over'
  /** A request was answered with an error; `condition` says which. */
  | 'front_end_request_refused'
  /** A request was not answered in time. */
  | 'front_end_request_timeout'
  /** Presence could not be asked for. */
  | 'front_end_question_failed';

export interface FrontEndErrorOptions extends ErrorOptions {
  readonly condition?: StanzaErrorCondition;
}

/** What every failure of a front-end is: `code` stays over versions, `message` says what to do. */
export class FrontEndError extends OperationalError<FrontEndErrorCode> {
  override readonly name = 'FrontEndError';
  /** RFC 6120 §8.3.3, where a stanza error is behind it. */
  declare readonly condition?: StanzaErrorCondition;

  constructor(code: FrontEndErrorCode, message: string, options: FrontEndErrorOptions = {}) {
    super(code, message, options);
    if (options.condition !== undefined) this.condition = options.condition;
  }
}

export function stoppedError(): FrontEndError {
  return new FrontEndError('front_end_stopped', 'The front-end was stopped; make another one.');
}
