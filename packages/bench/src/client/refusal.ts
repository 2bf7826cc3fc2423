// Why somebody cannot log in, for the person who named the server: what happened, and which option says otherwise.

import type { Endpoint } from './endpoint.ts';

interface Account {
  readonly domain: string;
  readonly name: string;
}

/** Of what the server said. */
export function refusedBecause(element: string, { domain, name }: Account): string {
  if (element.includes('<not-authorized'))
    return `the server does not take this name and password; is there an account ${name}@${domain} (--users), with this password (--password)?`;
  if (element.includes('<host-unknown')) return `the server does not serve ${domain} (--domain)`;
  if (element.includes('<resource-constraint') || element.includes('<policy-violation'))
    return `a limit of the server is in the way: ${element}`;
  return `the server said: ${element}`;
}

/** Of what the operating system said. */
export function unconnectedBecause(cause: Error, { host, port }: Endpoint): string {
  switch ((cause as NodeJS.ErrnoException).code) {
    case 'ECONNREFUSED':
      return `nobody listens on port ${port} of ${host} (--target)`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `there is no host called ${host} (--target)`;
    case 'EMFILE':
      return 'this process may not open more files (ulimit -n)';
    default:
      return cause.message;
  }
}

export function closedBecause(hasSpoken: boolean): string {
  return hasSpoken
    ? 'the server closed the connection'
    : 'the server closed the connection without a word of XMPP; is it the port for clients, without TLS?';
}
