/**
 * XMPP at the edge, and sessions to embed.
 *
 * @module @rollcall/front-end
 */
export { createFrontEnd } from './composed-front-end.ts';
export type { FrontEnd, HandledStream, HandOver } from './front-end.ts';
export { ComponentSwitch, type ComponentSwitchOptions } from './component/component-switch.ts';
export type { ComponentGate, ComponentLink } from './component/component-gate.ts';
export type { FrontEndOptions } from './options/front-end-options.ts';
export {
  limitsSchema,
  mechanismsSchema,
  timeoutsSchema,
  type FrontEndLimits,
  type FrontEndTimeouts,
} from './options/limits.ts';
export { FrontEndError, type FrontEndErrorCode } from './front-end-error.ts';
export type { FrontEndStats } from './stats/stats.ts';
export type { Authenticator, TokenHint } from './authentication/authenticator.ts';
export {
  accountAuthenticator,
  type AccountAuthenticatorOptions,
} from './authentication/authenticator.accounts.ts';
export {
  callbackAuthenticator,
  type Authenticate,
} from './authentication/authenticator.callback.ts';
export { chainAuthenticators } from './authentication/authenticator.chain.ts';
export {
  httpAuthenticator,
  type HttpAuthenticatorOptions,
} from './authentication/authenticator.http.ts';
export {
  jwtAuthenticator,
  type JwtAuthenticatorOptions,
} from './authentication/authenticator.jwt.ts';
export type { Credentials, SaslCondition, Verdict } from './sasl/sasl-step.ts';
export { saslMechanisms, type SaslMechanism } from './sasl/mechanism.ts';
export type { Registrar, RegistrationForm, RegistrationOutcome } from './service/registrar.ts';
export {
  selfSignedCertificate,
  type KeyAndCertificate,
  type SelfSignedOptions,
} from './certificate/self-signed.ts';
export type { ComponentListening } from './listener/doors.ts';
export type { ListenAddress, Listener } from './listener/listening.ts';
export type { TcpListening } from './listener/tcp-listener.ts';
export type { WebSocketListening } from './listener/web-socket-listening.ts';
export type { WebSocketData, WebSocketLike } from './connection/web-socket-wire.ts';
export type { SessionRequest } from './embedding/embassy.ts';
export type { EmbeddedSession } from './embedding/embedded-session.ts';
export type { SessionEnd, SessionEvent } from './embedding/session-event.ts';
export type { PresenceContent, ReadPresence, Show } from './embedding/presence-content.ts';
export type { Contact, ContactDetails, Roster, RosterChange } from './embedding/roster.ts';
export type {
  DevicePresence,
  PresenceQuestion,
  PresenceReport,
  UserPresence,
} from './embedding/presence-report.ts';
