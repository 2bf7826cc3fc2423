/**
 * The PROXY protocol, versions 1 and 2, by which HAProxy and its like tell whom they connect for
 * (https://www.haproxy.org/download/3.0/doc/proxy-protocol.txt). Pure: bytes in, what they mean out.
 */
export type ProxyHeader =
  /** So far it may become one. */
  | { readonly kind: 'incomplete' }
  | { readonly kind: 'malformed' }
  | {
      readonly kind: 'complete';
      /** Bytes of the header; what follows is the client's. */
      readonly length: number;
      /** Undefined where the proxy speaks for itself, as in health checks. */
      readonly address?: string;
      /** The proxy says that the client came over TLS. */
      readonly secure: boolean;
    };

const incomplete: ProxyHeader = { kind: 'incomplete' };
const malformed: ProxyHeader = { kind: 'malformed' };

const signature = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1');

export function readProxyHeader(bytes: Buffer): ProxyHeader {
  if (startsAlike(bytes, signature)) return readBinary(bytes);
  if (startsAlike(bytes, Buffer.from('PROXY '))) return readText(bytes);
  return malformed;
}

/** Whether the bytes begin as `expected` does, as far as either goes. */
function startsAlike(bytes: Buffer, expected: Buffer): boolean {
  const length = Math.min(bytes.length, expected.length);
  return bytes.subarray(0, length).equals(expected.subarray(0, length));
}

/** §2.1: a line of at most 107 bytes. */
function readText(bytes: Buffer): ProxyHeader {
  const end = bytes.subarray(0, 107).indexOf('\r\n');
  if (end < 0) return bytes.length < 107 ? incomplete : malformed;
  const [, protocol, source, ...rest] = bytes.toString('latin1', 0, end).split(' ');
  const length = end + 2;
  if (protocol === 'UNKNOWN') return { kind: 'complete', length, secure: false };
  const known = protocol === 'TCP4' || protocol === 'TCP6';
  if (!known || source === undefined || rest.length !== 3) return malformed;
  return /^[0-9A-Fa-f:.]{2,45}$/.test(source)
    ? { kind: 'complete', length, address: source.toLowerCase(), secure: false }
    : malformed;
}

const headBytes = 16;
/** Generous for addresses and the few extensions that proxies send. */
const maxBodyBytes = 2048;

/** §2.2. */
function readBinary(bytes: Buffer): ProxyHeader {
  if (bytes.length < headBytes) return incomplete;
  const versionAndCommand = bytes.readUInt8(12);
  const family = bytes.readUInt8(13) >> 4;
  const bodyBytes = bytes.readUInt16BE(14);
  const length = headBytes + bodyBytes;
  if (versionAndCommand >> 4 !== 2 || bodyBytes > maxBodyBytes) return malformed;
  if (bytes.length < length) return incomplete;
  const command = versionAndCommand & 0xf;
  if (command === 0) return { kind: 'complete', length, secure: false };
  if (command !== 1) return malformed;
  return readProxied(bytes.subarray(headBytes, length), family, length);
}

function readProxied(body: Buffer, family: number, length: number): ProxyHeader {
  const addressBytes = family === 1 ? 12 : family === 2 ? 36 : 0;
  if (body.length < addressBytes) return malformed;
  const secure = cameOverTls(body.subarray(addressBytes));
  if (family === 1) {
    return { kind: 'complete', length, address: body.subarray(0, 4).join('.'), secure };
  }
  if (family === 2) return { kind: 'complete', length, address: ipv6(body), secure };
  return { kind: 'complete', length, secure: false };
}

function ipv6(body: Buffer): string {
  const groups = Array.from({ length: 8 }, (_, i) => body.readUInt16BE(i * 2).toString(16));
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
}

const tlsExtension = 0x20;
const clientOverTls = 0x01;

/** §2.2.6: PP2_TYPE_SSL among the type-length-value extensions. */
function cameOverTls(extensions: Buffer): boolean {
  let at = 0;
  while (at + 3 <= extensions.length) {
    const type = extensions.readUInt8(at);
    const length = extensions.readUInt16BE(at + 1);
    const flags = extensions.at(at + 3) ?? 0;
    if (type === tlsExtension && length > 0) return (flags & clientOverTls) !== 0;
    at += 3 + length;
  }
  return false;
}
