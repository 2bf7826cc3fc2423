/** What can go wrong for the program that runs a front-end: a code that stays, and a sentence on what to do. */
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
  /** The cluster, or a limit here, refuses the session. */
  | 'front_end_session_refused';

export class FrontEndError extends Error {
  readonly code: FrontEndErrorCode;

  constructor(code: FrontEndErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'FrontEndError';
    this.code = code;
  }
}
