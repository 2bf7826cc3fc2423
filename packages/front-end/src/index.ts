export { createFrontEnd, type FrontEnd, type HandledStream, type HandOver } from './front-end.ts';
export type { FrontEndOptions } from './options/front-end-options.ts';
export {
  limitsSchema,
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
export type { Credentials, SaslCondition, Verdict } from './sasl/sasl-step.ts';
export { saslMechanisms, type SaslMechanism } from './sasl/mechanism.ts';
export type { Registrar, RegistrationForm, RegistrationOutcome } from './service/registrar.ts';
export {
  selfSignedCertificate,
  type KeyAndCertificate,
  type SelfSignedOptions,
} from './certificate/self-signed.ts';
export type { ListenAddress, Listener } from './listener/listening.ts';
export type { TcpListening } from './listener/tcp-listener.ts';
export type { WebSocketListening } from './listener/web-socket-listener.ts';
export type { WebSocketData, WebSocketLike } from './connection/web-socket-wire.ts';
