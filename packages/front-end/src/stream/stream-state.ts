/**
 * Where a stream stands between its first byte and its last, what may happen to it, and what it then wants done.
 * `stream-machine.ts` goes from one to the next; it does no I/O, so that a conversation can be tested line by line.
 */
import type {
  BareJid,
  FullJid,
  StanzaErrorCondition,
  StreamErrorCondition,
  StreamEvent,
  XmlElement,
} from '@rollcall/xmpp';
import type { ChannelBinding } from '../sasl/channel-binding.ts';
import type { SaslMechanism } from '../sasl/mechanism.ts';
import type { SaslCondition, SaslQuestion, SaslStep } from '../sasl/sasl-step.ts';
import type { RegistrationForm, RegistrationOutcome } from '../service/registrar.ts';
import type { Framing } from './framing.ts';

/** What does not change while a stream lives. */
export interface StreamRules {
  readonly framing: Framing;
  /** The domains that are served, prepared; the first signs errors where the client named none of them. */
  readonly domains: readonly [string, ...string[]];
  /** Whether STARTTLS can be done on this connection. */
  readonly tlsAvailable: boolean;
  /** Whether credentials may be shown without TLS; if not, TLS is required. */
  readonly cleartextAuth: boolean;
  readonly mechanisms: readonly SaslMechanism[];
  /** SASL failures until the stream is closed (RFC 6120 §6.4.5: two to five). */
  readonly saslAttempts: number;
  /** Whether accounts may be made in-band (XEP-0077). */
  readonly registration: boolean;
  /** Features of a bound stream beyond `bind` and `session`, as XML. */
  readonly sessionFeatures: string;
  /** Unpredictable text without commas (RFC 6120 §4.7.3): stream ids and nonces. */
  readonly randomId: () => string;
}

export interface TlsFacts {
  /** Present when -PLUS mechanisms are offered. */
  readonly channelBindings?: readonly ChannelBinding[];
}

/** What has been established so far. */
export interface StreamFacts {
  /** Present when nobody else can read the stream. */
  readonly tls?: TlsFacts;
  /** The served domain that the client opened its stream to. */
  readonly domain?: string;
  /** The client's `xml:lang`. */
  readonly lang?: string;
  readonly user?: BareJid;
  /** Whether our own stream header has been written; errors need one before them. */
  readonly opened: boolean;
  readonly failedLogins: number;
  /** Logins that came to nothing because the client asked for what there is not. */
  readonly misfits: number;
}

export type StreamPhase =
  /** For the client's stream header. */
  | { readonly phase: 'opening' }
  /** Features were sent: it is the client's turn. */
  | { readonly phase: 'negotiating' }
  | { readonly phase: 'securing' }
  | {
      readonly phase: 'challenged';
      readonly mechanism: SaslMechanism;
      readonly next: (response: string) => SaslStep;
    }
  | { readonly phase: 'verifying'; readonly mechanism: SaslMechanism }
  | { readonly phase: 'registering'; readonly id: string }
  | { readonly phase: 'binding'; readonly id: string }
  | { readonly phase: 'resuming' }
  | { readonly phase: 'bound'; readonly address: FullJid }
  | { readonly phase: 'closed' };

export type StreamState = StreamPhase & { readonly facts: StreamFacts };

export type StreamInput =
  | StreamEvent
  | { readonly kind: 'secured'; readonly tls: TlsFacts }
  /** The authenticator's answer, fed to the step that asked. */
  | { readonly kind: 'authenticatorAnswered'; readonly step: SaslStep }
  | { readonly kind: 'registrarAnswered'; readonly outcome: RegistrationOutcome }
  | { readonly kind: 'gateOpened'; readonly address: FullJid }
  | {
      readonly kind: 'gateRefused';
      readonly condition: StanzaErrorCondition;
      readonly text: string;
    }
  /** A former stream's session goes on here (XEP-0198 §5). */
  | { readonly kind: 'resumed'; readonly address: FullJid }
  | { readonly kind: 'resumptionRefused'; readonly handled?: number }
  /** We end the stream. `extra` is an application-specific condition. */
  | {
      readonly kind: 'ended';
      readonly condition: StreamErrorCondition;
      readonly text?: string;
      readonly extra?: string;
    };

export type StreamOutput =
  /** One element, or the start or the end of the stream: over WebSocket, a message. */
  | { readonly kind: 'write'; readonly text: string }
  /** Answer with `secured`; what was read of the old stream is void. */
  | { readonly kind: 'startTls' }
  /** The client opens a new stream on the same connection; what was read of the old one is void. */
  | { readonly kind: 'restart' }
  /** Answer with `authenticatorAnswered`. */
  | { readonly kind: 'askAuthenticator'; readonly question: SaslQuestion }
  /** Answer with `registrarAnswered`. */
  | { readonly kind: 'askRegistrar'; readonly form: RegistrationForm }
  /** Answer with `gateOpened` or `gateRefused`. */
  | { readonly kind: 'askGate'; readonly user: BareJid; readonly resource?: string }
  /** Answer with `resumed` or `resumptionRefused`. */
  | {
      readonly kind: 'askResumption';
      readonly user: BareJid;
      readonly id: string;
      readonly handled: number;
    }
  /** From the bound client: a stanza by its name, unread. */
  | { readonly kind: 'stanza'; readonly element: XmlElement }
  | { readonly kind: 'clientState'; readonly active: boolean }
  | { readonly kind: 'management'; readonly request: ManagementRequest }
  | { readonly kind: 'loggedIn'; readonly user: BareJid; readonly mechanism: SaslMechanism }
  | {
      readonly kind: 'loginFailed';
      /** It was no guess. */
      readonly misfit: boolean;
      readonly mechanism?: SaslMechanism;
      readonly condition: SaslCondition;
    }
  /** Nothing more is written. `condition` is why, where it was an error; `inTurn`: the client has closed its stream. */
  | { readonly kind: 'close'; readonly condition?: StreamErrorCondition; readonly inTurn?: true };

/** XEP-0198 on a bound stream. */
export type ManagementRequest =
  | { readonly kind: 'enable'; readonly resume: boolean; readonly maxSeconds?: number }
  | { readonly kind: 'request' }
  | { readonly kind: 'acknowledge'; readonly handled: number };

export interface StreamStep {
  readonly state: StreamState;
  readonly outputs: readonly StreamOutput[];
}

/** Whether the stream waits for us, so that what the client sends meanwhile has to be kept. */
export function awaitsAnswer({ phase }: StreamState): boolean {
  return (
    phase === 'securing' ||
    phase === 'verifying' ||
    phase === 'registering' ||
    phase === 'binding' ||
    phase === 'resuming'
  );
}
