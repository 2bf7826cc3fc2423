/** What a gateway can say wrongly: a code that stays, and a sentence on what to do. */
import { OperationalError } from '@rollcall/store';

/** What was wrong, for programs. */
export type GatewayErrorCode =
  /** The options name nothing to serve, or cannot be as they are. */
  | 'gateway_misconfigured'
  /** A text that should name a user, as name@domain does, does not. */
  | 'gateway_jid_malformed'
  /** The user is of a domain that is not served. */
  | 'gateway_domain_unknown';

/** What a wrong option or a wrong user ends in: `code` stays over versions, `message` says what to do. */
export class GatewayError extends OperationalError<GatewayErrorCode> {
  override readonly name = 'GatewayError';
}
