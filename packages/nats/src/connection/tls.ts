// TLS to NATS: what the client is told, and whose certificate is believed.

import { isIP } from 'node:net';
import { checkServerIdentity } from 'node:tls';
import type { PeerCertificate } from 'node:tls';
import type { NodeConnectionOptions } from '@nats-io/transport-node';
import type { NatsOptions } from './options.ts';

/** Undefined where NATS decides: it is followed when it demands TLS, and servers of `tls://` must. */
export function tlsOptionsOf({ tls, urls }: NatsOptions): NodeConnectionOptions['tls'] {
  const servers = urls.map((url) => new URL(url.includes('://') ? url : `nats://${url}`));
  const isDemanded = servers.some(({ protocol }) => protocol === 'tls:' || protocol === 'wss:');
  if (tls === undefined && !isDemanded) return undefined;
  const { caFile, certFile, keyFile } = tls ?? {};
  const given = {
    ...(caFile === undefined ? {} : { caFile }),
    ...(certFile === undefined ? {} : { certFile }),
    ...(keyFile === undefined ? {} : { keyFile }),
    checkServerIdentity: identityCheckFor(servers.map(({ hostname }) => unbracketed(hostname))),
  };
  return given;
}

/**
 * The client names no server to Node where the URL has an address, and Node looks for "localhost" in the certificate
 * then. It has to be for one of our addresses.
 */
function identityCheckFor(hosts: readonly string[]) {
  const addresses = hosts.filter((host) => isIP(host) !== 0);
  return (name: string, certificate: PeerCertificate): Error | undefined => {
    const isNamed = name !== 'localhost' || hosts.includes(name) || addresses.length === 0;
    if (isNamed) return checkServerIdentity(name, certificate);
    const verdicts = addresses.map((address) => checkServerIdentity(address, certificate));
    return verdicts.includes(undefined) ? undefined : verdicts[0];
  };
}

function unbracketed(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, '');
}
