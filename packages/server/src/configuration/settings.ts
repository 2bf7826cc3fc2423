// Every setting there is, with its default: the options of `rollcall start`, the `ROLLCALL_*` variables and the JSON
// file are all this one schema.

import { z } from 'zod';
import { defaultIterations } from '@rollcall/store';
import { authentication } from './authentication-settings.ts';
import { natsConnection, natsUrls, nodeName } from './cluster-settings.ts';
import { edgeLimits, engineLimits, timeouts, userLimits } from './limits.ts';
import {
  component,
  components,
  directTls,
  listenComponent,
  listenDirectTls,
  listenWebsocket,
  websocket,
} from './listener-settings.ts';
import {
  breach,
  domains,
  endpoint,
  onOrOff,
  oneOf,
  optionalPath,
  path,
  wholeNumber,
} from './setting.ts';

const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

const tls = z
  .strictObject({
    certificate: optionalPath({
      summary:
        'PEM file with the certificate chain; without one, a self-signed certificate is made',
      allowed: 'a path, together with that of the key',
    }),
    key: optionalPath({
      summary: 'PEM file with the private key of the certificate',
      allowed: 'a path, together with that of the certificate',
    }),
  })
  .superRefine(({ certificate, key }, context) => {
    const missing = certificate === undefined ? 'certificate' : 'key';
    if ((certificate === undefined) !== (key === undefined))
      context.addIssue({ code: 'custom', path: [missing], message: 'the other is given' });
  });

const store = z.strictObject({
  durability: oneOf('flushed', ['flushed', 'committed'], {
    summary:
      'What a confirmed change survives: flushed, also power loss; committed, any crash of the process',
  }),
  handshakesPerShard: wholeNumber(
    10_000,
    { from: 1, to: 1_000_000_000 },
    { summary: 'Handshakes that wait in the durable queue of one of the 256 shards' },
  ),
});

const roles = ['all', 'engine', 'front-end'] as const;

export const settingsSchema = z
  .strictObject({
    domain: domains('localhost', {
      option: '--domain <NAME>',
      summary:
        'Domain to serve; may be given several times (in a variable: with commas; in the file: a list)',
    }),
    data: path('./data', { option: '--data <DIR>', summary: 'Directory of the database' }),
    listenXmpp: endpoint('127.0.0.1:5222', {
      option: '--listen-xmpp <HOST:PORT>',
      summary: 'Where XMPP clients connect',
    }),
    listenWebsocket,
    listenDirectTls,
    listenComponent,
    listenAdmin: endpoint('127.0.0.1:5281', {
      option: '--listen-admin <HOST:PORT>',
      summary: 'Where /healthz, /readyz and /metrics are served by HTTP',
    }),
    proxyProtocol: onOrOff(false, {
      option: '--proxy-protocol',
      summary: "A proxy in front of --listen-xmpp tells the clients' addresses (PROXY protocol)",
    }),
    cleartextAuth: onOrOff(false, {
      option: '--cleartext-auth',
      summary: 'Allow login without TLS from anywhere, not only from this machine',
    }),
    registration: onOrOff(false, {
      option: '--registration',
      summary: 'Let people make accounts with their clients (XEP-0077)',
    }),
    logLevel: oneOf('info', logLevels, {
      option: '--log-level <LEVEL>',
      summary: 'How much is logged',
    }),
    stopTimeoutMs: wholeNumber(
      5_000,
      { from: 500, to: 600_000 },
      {
        option: '--stop-timeout <MS>',
        summary: 'How long stopping may take; what is not done by then is left undone',
      },
    ),
    role: oneOf('all', roles, {
      option: '--role <ROLE>',
      summary: 'What this node does in the cluster: own users (engine), hold streams (front-end)',
    }),
    nats: natsUrls,
    nodeName,
    scramIterations: wholeNumber(
      defaultIterations,
      { from: 4096, to: 10_000_000 },
      { summary: 'PBKDF2 iterations of new passwords; clients compute them at each login' },
    ),
    tls: tls.prefault({}),
    websocket: websocket.prefault({}),
    directTls: directTls.prefault({}),
    component: component.prefault({}),
    components,
    authentication: authentication.prefault({}),
    store: store.prefault({}),
    natsConnection: natsConnection.prefault({}),
    limits: edgeLimits.prefault({}),
    timeouts: timeouts.prefault({}),
    users: userLimits.prefault({}),
    engine: engineLimits.prefault({}),
  })
  .superRefine(({ role, nats }, context) => {
    if (role !== 'all' && nats === undefined)
      context.addIssue({ code: 'custom', path: ['nats'], message: 'the role needs it' });
  })
  .superRefine(({ domain, listenComponent: listens, components: secrets }, context) => {
    if (listens !== undefined && Object.keys(secrets).length === 0)
      context.addIssue(breach(['listenComponent'], 'name those who may connect in `components`'));
    for (const name of domain.filter((served) => served in secrets))
      context.addIssue(breach(['components'], `${name} is served here, it cannot be a component`));
  })
  .superRefine(({ registration, authentication: { accounts } }, context) => {
    if (registration && !accounts)
      context.addIssue(
        breach(['registration'], 'nobody could log in with what they registered: accounts is off'),
      );
  });

export type Settings = z.output<typeof settingsSchema>;
