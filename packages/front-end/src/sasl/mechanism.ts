/** The mechanisms that can be offered, strongest first, and where their exchanges begin. */
import type { ChannelBinding } from './channel-binding.ts';
import { startOauthBearer } from './oauth-bearer.ts';
import { startPlain } from './plain.ts';
import type { SaslStep } from './sasl-step.ts';
import { startScram } from './scram.ts';

/** What can be offered, strongest first. */
export const saslMechanisms = [
  'SCRAM-SHA-256-PLUS',
  'SCRAM-SHA-1-PLUS',
  'SCRAM-SHA-256',
  'SCRAM-SHA-1',
  'OAUTHBEARER',
  'PLAIN',
] as const;

/** One of `saslMechanisms`. */
export type SaslMechanism = (typeof saslMechanisms)[number];

export interface ExchangeOptions {
  /** The domain that the stream was opened to. */
  readonly domain: string;
  readonly channelBindings?: readonly ChannelBinding[];
  readonly nonce: string;
}

/** The first step of an exchange, from the client's first message. */
export function startExchange(
  mechanism: SaslMechanism,
  message: string,
  options: ExchangeOptions,
): SaslStep {
  switch (mechanism) {
    case 'SCRAM-SHA-256-PLUS':
      return startScram(message, { ...options, hash: 'sha256', plus: true });
    case 'SCRAM-SHA-1-PLUS':
      return startScram(message, { ...options, hash: 'sha1', plus: true });
    case 'SCRAM-SHA-256':
      return startScram(message, { ...options, hash: 'sha256', plus: false });
    case 'SCRAM-SHA-1':
      return startScram(message, { ...options, hash: 'sha1', plus: false });
    case 'OAUTHBEARER':
      return startOauthBearer(message, options.domain);
    case 'PLAIN':
      return startPlain(message, options.domain);
  }
}
