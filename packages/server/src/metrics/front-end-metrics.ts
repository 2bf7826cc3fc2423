// What a front-end counts, read when Prometheus asks.

import { Counter, Gauge, type Registry } from 'prom-client';
import type { FrontEndStats } from '@rollcall/front-end';
import { metricNames } from './metric-names.ts';

interface StatFacts {
  readonly kind: 'counter' | 'gauge';
  readonly name: string;
  readonly help: string;
}

const counter = (name: string, help: string): StatFacts => ({ kind: 'counter', name, help });
const gauge = (name: string, help: string): StatFacts => ({ kind: 'gauge', name, help });

export const frontEndStats: Readonly<Record<keyof FrontEndStats, StatFacts>> = {
  connections: gauge('connections', 'Streams open, logged in or not'),
  sessions: gauge('front_end_sessions', 'Sessions of this front-end'),
  detachedSessions: gauge('detached_sessions', 'Sessions without a stream that wait to be resumed'),
  loginsInFlight: gauge('logins_in_flight', 'Logins that are being checked'),
  loginsWaiting: gauge('logins_waiting', 'Logins that wait to be checked'),
  queuedStanzas: gauge('queued_stanzas', 'Stanzas that wait for clients to read'),
  queuedBytes: gauge('queued_bytes', 'Bytes that wait for clients to read'),
  connectionsAccepted: counter('connections_accepted', 'Streams accepted'),
  connectionsRefused: counter('connections_refused', 'Streams refused because of a limit'),
  tlsFailures: counter('tls_failures', 'TLS handshakes that failed'),
  loginsSucceeded: counter('logins_succeeded', 'Logins that succeeded'),
  loginsFailed: counter('logins_failed', 'Logins with wrong credentials'),
  loginsShed: counter('logins_shed', 'Logins turned away unchecked because of a limit'),
  accountsRegistered: counter('accounts_registered', 'Accounts that clients registered'),
  sessionsOpened: counter('sessions_opened', 'Sessions opened'),
  sessionsRefused: counter('sessions_refused', 'Sessions refused because of a limit'),
  sessionsResumed: counter('sessions_resumed', 'Sessions resumed on a new stream'),
  streamErrors: counter('stream_errors', 'Streams ended with an error by the server'),
  timeouts: counter('timeouts', 'Streams ended because the client was silent'),
  stanzasReceived: counter('stanzas_received', 'Stanzas received from clients'),
  stanzasSent: counter('stanzas_sent', 'Stanzas written to clients'),
  stanzaErrors: counter('stanza_errors', 'Stanzas of clients answered with an error at the edge'),
  presencesCoalesced: counter(
    'presences_coalesced',
    'Presences never written because a newer one of the same contact came',
  ),
  queueOverflows: counter('queue_overflows', 'Clients disconnected because they did not read'),
  pauses: counter('client_pauses', 'Times that a client which sent too fast was made to wait'),
};

export function registerFrontEnd(registry: Registry, read: () => FrontEndStats): void {
  for (const [key, { kind, name, help }] of Object.entries(frontEndStats)) {
    const value = () => read()[key as keyof FrontEndStats];
    registry.registerMetric(
      kind === 'gauge' ? readGauge(name, help, value) : readCounter(name, help, value),
    );
  }
}

function readGauge(name: string, help: string, value: () => number): Gauge {
  return new Gauge({
    name: metricNames.gauge(name),
    help,
    registers: [],
    collect() {
      this.set(value());
    },
  });
}

/** The truth is counted elsewhere: each look takes it over as it is. */
function readCounter(name: string, help: string, value: () => number): Counter {
  return new Counter({
    name: metricNames.counter(name),
    help,
    registers: [],
    collect() {
      this.reset();
      this.inc(value());
    },
  });
}
