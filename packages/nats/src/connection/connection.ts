// One connection of one process to NATS, with the defaults that a server which must not give up needs.

import { readFile } from 'node:fs/promises';
import { connect, credsAuthenticator } from '@nats-io/transport-node';
import type { NatsConnection, NodeConnectionOptions } from '@nats-io/transport-node';
import { errors } from '@nats-io/nats-core';
import { systemTimers, within } from '@rollcall/store';
import type { Logger } from 'pino';
import { refusalBehind, sentenceOf } from './forbidden.ts';
import { NatsError } from './nats-error.ts';
import { natsOptionsSchema } from './options.ts';
import type { NatsOptions, NatsOptionsInput } from './options.ts';

export interface NatsLink {
  readonly connection: NatsConnection;
  readonly options: NatsOptions;
}

/**
 * Connects, and keeps reconnecting for ever once it has been connected. Rejects with `NatsError` when no server answers
 * or the credentials are refused.
 */
export async function connectNats(input: NatsOptionsInput, log: Logger): Promise<NatsLink> {
  const options = natsOptionsSchema.parse(input);
  const connection = await connectInTime(options).catch((error: unknown) => {
    throw connectFailure(error, options);
  });
  void reportStatus(connection, log);
  return { connection, options };
}

/** The client waits for ever for a server that accepts the connection and then says nothing. */
async function connectInTime(options: NatsOptions): Promise<NatsConnection> {
  const connecting = connect(await transportOptions(options));
  const timeoutMs = options.connectTimeoutMs * options.urls.length;
  if (await within(systemTimers, connecting, timeoutMs)) return connecting;
  connecting.then(
    (late) => late.close(),
    () => undefined,
  );
  throw new Error(`no answer within ${timeoutMs} ms`);
}

async function transportOptions(options: NatsOptions): Promise<NodeConnectionOptions> {
  const { tls } = options;
  return {
    servers: options.urls,
    name: options.connectionName,
    // The client's default gives up after ten attempts; a cluster's outage may well be longer.
    maxReconnectAttempts: -1,
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
      : { authenticator: credsAuthenticator(await readFile(options.credentialsFile)) }),
    ...(tls === undefined
      ? {}
      : {
          tls: {
            ...(tls.caFile === undefined ? {} : { caFile: tls.caFile }),
            ...(tls.certFile === undefined ? {} : { certFile: tls.certFile }),
            ...(tls.keyFile === undefined ? {} : { keyFile: tls.keyFile }),
          },
        }),
  };
}

function connectFailure(error: unknown, options: NatsOptions): NatsError {
  const servers = options.urls.join(', ');
  if (
    error instanceof errors.AuthorizationError ||
    error instanceof errors.UserAuthenticationExpiredError
  ) {
    return new NatsError(
      'nats_unauthorized',
      `NATS at ${servers} refused the credentials; check the user, token or credentials file.`,
      { cause: error },
    );
  }
  return new NatsError(
    'nats_unreachable',
    `No NATS server answers at ${servers}; start one (for instance: nats-server -js) or check the URLs.`,
    { cause: error },
  );
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
