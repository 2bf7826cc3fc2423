// What a front-end counts, read when Prometheus asks.

import { Counter, Gauge, type Registry } from 'prom-client';
import type { FrontEndStats } from '@rollcall/front-end';
import { metricNames } from './metric-names.ts';

interface StatFacts {
  readonly kind: 'counter' | 'gauge';
  readonly name: string;
  readonly help: string;
  /** One of several values of the same name. */
  readonly label?: readonly [name: string, value: string];
}

const counter = (name: string, help: string): StatFacts => ({ kind: 'counter', name, help });
const gauge = (name: string, help: string): StatFacts => ({ kind: 'gauge', name, help });

const streams = (transport: string): StatFacts => ({
  ...gauge('streams', 'Streams open, by the way that they came in'),
  label: ['transport', transport],
});

export const frontEndStats: Readonly<Record<keyof FrontEndStats, StatFacts>> = {
  connections: gauge('connections', 'Streams open, logged in or not'),
  tcpStreams: streams('tcp'),
  tlsStreams: streams('direct-tls'),
  webSocketStreams: streams('websocket'),
  handedOverStreams: streams('handed-over'),
  componentsConnected: gauge('components_connected', 'Components connected (XEP-0114)'),
  sessions: gauge('front_end_sessions', 'Sessions of this front-end'),
  detachedSessions: gauge('detached_sessions', 'Sessions without a stream that wait to be resumed'),
  loginsInFlight: gauge('logins_in_flight', 'Logins that are being checked'),
  loginsWaiting: gauge('logins_waiting', 'Logins that wait to be checked'),
  queuedStanzas: gauge('queued_stanzas', 'Stanzas that wait for clients to read'),
  queuedBytes: gauge('queued_bytes', 'Bytes that wait for clients to read'),
  unacknowledgedStanzas: gauge(
    'stanzas_unacknowledged',
    'Stanzas that clients were sent and have not acknowledged (XEP-0198)',
  ),
  connectionsAccepted: counter('connections_accepted', 'Streams accepted'),
  connectionsRefused: counter('connections_refused', 'Streams refused because of a limit'),
  tlsFailures: counter('tls_failures', 'TLS handshakes that failed'),
  loginsSucceeded: counter('logins_succeeded', 'Logins that succeeded'),
  loginsFailed: counter('logins_failed', 'Logins with wrong credentials'),
  loginsShed: counter('logins_shed', 'Logins turned away unchecked because of a limit'),
  loginsErrored: counter(
    'logins_errored',
    'Logins that could not be checked because of a failure of ours',
  ),
  accountsRegistered: counter('accounts_registered', 'Accounts that clients registered'),
  sessionsOpened: counter('sessions_opened', 'Sessions opened'),
  sessionsRefused: counter('sessions_refused', 'Sessions refused because of a limit'),
  sessionsResumed: counter('sessions_resumed', 'Sessions resumed on a new stream'),
  sessionsExpired: counter('sessions_expired', 'Lost sessions that were not resumed in time'),
  streamErrors: counter('stream_errors', 'Streams ended with an error by the server'),
  timeouts: counter('timeouts', 'Streams ended because the client was silent'),
  stanzasReceived: counter('stanzas_received', 'Stanzas received from clients'),
  stanzasSent: counter('stanzas_sent', 'Stanzas written to clients'),
  bytesReceived: counter('bytes_received', 'Bytes of XMPP received, without TLS'),
  bytesSent: counter('bytes_sent', 'Bytes of XMPP written, without TLS'),
  stanzaErrors: counter('stanza_errors', 'Stanzas of clients answered with an error at the edge'),
  presencesCoalesced: counter(
    'presences_coalesced',
    'Presences never written because a newer one of the same contact came',
  ),
  queueOverflows: counter('queue_overflows', 'Clients disconnected because they did not read'),
  pauses: counter('client_pauses', 'Times that a client which sent too fast was made to wait'),
};

type StatKey = keyof FrontEndStats;

export function registerFrontEnd(registry: Registry, read: () => FrontEndStats): void {
  for (const keys of keysByName().values()) registry.registerMetric(metricOf(keys, read));
}

function keysByName(): ReadonlyMap<string, readonly StatKey[]> {
  const byName = new Map<string, StatKey[]>();
  for (const key of Object.keys(frontEndStats) as StatKey[]) {
    const { name } = frontEndStats[key];
    byName.set(name, [...(byName.get(name) ?? []), key]);
  }
  return byName;
}

function metricOf(keys: readonly StatKey[], read: () => FrontEndStats): Gauge | Counter {
  const [first = 'connections'] = keys;
  const { kind, name, help, label } = frontEndStats[first];
  const labelNames = label === undefined ? [] : [label[0]];
  const values = () => {
    const stats = read();
    return keys.map((key) => ({ labels: labelsOf(key), value: stats[key] }));
  };
  if (kind === 'gauge')
    return new Gauge({
      name: metricNames.gauge(name),
      help,
      labelNames,
      registers: [],
      collect() {
        for (const { labels, value } of values()) this.set(labels, value);
      },
    });
  return new Counter({
    name: metricNames.counter(name),
    help,
    labelNames,
    registers: [],
    // The truth is counted elsewhere: each look takes it over as it is.
    collect() {
      this.reset();
      for (const { labels, value } of values()) this.inc(labels, value);
    },
  });
}

function labelsOf(key: StatKey): Record<string, string> {
  const { label } = frontEndStats[key];
  return label === undefined ? {} : { [label[0]]: label[1] };
}
