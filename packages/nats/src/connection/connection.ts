// One connection of one process to NATS, with the defaults that a server which must not give up needs.

import { connect } from '@nats-io/transport-node';
import type { NatsConnection, NodeConnectionOptions } from '@nats-io/transport-node';
import { systemTimers, within } from '@rollcall/store';
import type { Logger } from 'pino';
import { ConnectTimeout, connectFailure } from './connect-failure.ts';
import { authenticatorOf, requireFiles } from './credentials.ts';
import { refusalBehind, sentenceOf } from './forbidden.ts';
import { natsOptionsSchema } from './options.ts';
import type { NatsOptions, NatsOptionsInput } from './options.ts';
import { tlsOptionsOf } from './tls.ts';

export interface NatsLink {
  readonly connection: NatsConnection;
  readonly options: NatsOptions;
}

/**
 * Connects, and keeps reconnecting for ever once it has been connected. Rejects with `NatsError` when no server answers,
 * the credentials are refused, or the two cannot agree on TLS.
 */
export async function connectNats(input: NatsOptionsInput, log: Logger): Promise<NatsLink> {
  const options = natsOptionsSchema.parse(input);
  const connection = await connectInTime(options).catch(async (error: unknown) => {
    throw await connectFailure(error, options);
  });
  void reportStatus(connection, log);
  return { connection, options };
}

/** The client waits for ever for a server that accepts the connection and then says nothing. */
async function connectInTime(options: NatsOptions): Promise<NatsConnection> {
  await requireFiles(options);
  const connecting = connect(transportOptions(options));
  const timeoutMs = options.connectTimeoutMs * options.urls.length;
  if (await within(systemTimers, connecting, timeoutMs)) return connecting;
  connecting.then(
    (late) => late.close(),
    () => undefined,
  );
  throw new ConnectTimeout(`no answer within ${timeoutMs} ms`);
}

function transportOptions(options: NatsOptions): NodeConnectionOptions {
  const tls = tlsOptionsOf(options);
  return {
    servers: options.urls,
    name: options.connectionName,
    // The client's default gives up after ten attempts; a cluster's outage may well be longer.
    maxReconnectAttempts: -1,
    // So would a refusal, while credentials are being renewed.
    ignoreAuthErrorAbort: true,
    reconnectTimeWait: 250,
    // A fleet that lost one server must not come back in one instant.
    reconnectJitter: 1_000,
    reconnectJitterTLS: 2_000,
    // The client's default notices a dead peer only after four minutes.
    pingInterval: 2_000,
    maxPingOut: 2,
    timeout: options.requestTimeoutMs,
    inboxPrefix: options.inboxPrefix,
    // Capturing a stack for each request costs more than the request.
    noAsyncTraces: true,
    ...(options.user === undefined ? {} : { user: options.user }),
    ...(options.password === undefined ? {} : { pass: options.password }),
    ...(options.token === undefined ? {} : { token: options.token }),
    ...(options.credentialsFile === undefined
      ? {}
      : { authenticator: authenticatorOf(options.credentialsFile) }),
    ...(tls === undefined ? {} : { tls }),
  };
}

async function reportStatus(connection: NatsConnection, log: Logger): Promise<void> {
  for await (const status of connection.status()) {
    switch (status.type) {
      case 'disconnect':
        log.warn(
          { event: 'nats_disconnected', server: status.server },
          'NATS is away; trying again',
        );
        break;
      case 'reconnect':
        log.info({ event: 'nats_reconnected', server: status.server }, 'NATS is back');
        break;
      case 'error':
        log.error({ event: 'nats_error', error: status.error.message }, adviceOn(status.error));
        break;
      case 'slowConsumer':
        log.warn(
          { event: 'nats_slow_consumer', pending: status.pending },
          'this process reads too slowly',
        );
        break;
      default:
        log.debug({ event: 'nats_status', type: status.type });
    }
  }
}

function adviceOn(error: Error): string {
  const refusal = refusalBehind(error);
  return refusal === undefined ? 'NATS reported an error' : sentenceOf(refusal);
}
