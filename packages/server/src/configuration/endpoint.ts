// Where a listener listens, as people write it: HOST:PORT.

export interface Endpoint {
  /** A name or an address; an IPv6 address without its brackets. */
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
}

const pattern = /^(?:\[(?<address>[0-9A-Fa-f:.]+)\]|(?<host>[^\s:[\]]+)):(?<port>\d{1,5})$/;

export function parseEndpoint(text: string): Endpoint | undefined {
  const groups = pattern.exec(text)?.groups;
  const host = groups?.['address'] ?? groups?.['host'];
  const port = Number(groups?.['port']);
  return host === undefined || port > 65_535 ? undefined : { host, port };
}

export function formatEndpoint({ host, port }: Endpoint): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
