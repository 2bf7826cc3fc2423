import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readProxyHeader } from './proxy-header.ts';

function binary(options: {
  family: number;
  addresses: Buffer;
  command?: number;
  version?: number;
  extensions?: Buffer;
}): Buffer {
  const { family, addresses, command = 1, version = 2, extensions = Buffer.alloc(0) } = options;
  const head = Buffer.from('\r\n\r\n\0\r\nQUIT\n____', 'latin1');
  head.writeUInt8((version << 4) | command, 12);
  head.writeUInt8((family << 4) | 1, 13);
  head.writeUInt16BE(addresses.length + extensions.length, 14);
  return Buffer.concat([head, addresses, extensions]);
}

const ipv4 = Buffer.from([192, 0, 2, 7, 198, 51, 100, 1, 0xc3, 0x50, 0x14, 0x66]);
const ipv6 = Buffer.concat([
  Buffer.from('20010db8000000000000000000000001', 'hex'),
  Buffer.alloc(16),
  Buffer.from([0xc3, 0x50, 0x14, 0x66]),
]);

describe('PROXY protocol version 1', () => {
  it.each([
    ['PROXY TCP4 192.0.2.7 198.51.100.1 50000 5222\r\n', '192.0.2.7'],
    ['PROXY TCP6 2001:DB8::1 ::1 50000 5222\r\n', '2001:db8::1'],
  ])('tells the client of %j', (line, address) => {
    const bytes = Buffer.from(`${line}<?xml`);
    expect(readProxyHeader(bytes)).toEqual({
      kind: 'complete',
      length: line.length,
      address,
      secure: false,
    });
  });

  it('may know nobody', () => {
    const header = readProxyHeader(Buffer.from('PROXY UNKNOWN\r\n'));
    expect(header).toEqual({ kind: 'complete', length: 15, secure: false });
  });

  it.each([
    'GET / HTTP/1.1\r\n',
    '<?xml version="1.0"?>',
    'PROXY TCP4 192.0.2.7\r\n',
    'PROXY UDP4 1.1.1.1 2.2.2.2 1 2\r\n',
    'PROXY TCP4 not-an-address 198.51.100.1 50000 5222\r\n',
    `PROXY TCP4 ${'1'.repeat(120)}`,
  ])('is not %j', (text) => {
    expect(readProxyHeader(Buffer.from(text))).toEqual({ kind: 'malformed' });
  });
});

describe('PROXY protocol version 2', () => {
  it('tells IPv4 and IPv6 clients', () => {
    expect(readProxyHeader(binary({ family: 1, addresses: ipv4 }))).toEqual({
      kind: 'complete',
      length: 28,
      address: '192.0.2.7',
      secure: false,
    });
    expect(readProxyHeader(binary({ family: 2, addresses: ipv6 }))).toMatchObject({
      address: '2001:db8::1',
    });
  });

  it('tells that the client came over TLS, past other extensions', () => {
    const other = Buffer.from([0x02, 0, 3, 1, 2, 3]);
    const tls = (flags: number) =>
      Buffer.concat([other, Buffer.from([0x20, 0, 5, flags, 0, 0, 0, 0])]);
    const header = (flags: number) =>
      readProxyHeader(binary({ family: 1, addresses: ipv4, extensions: tls(flags) }));
    expect(header(1)).toMatchObject({ secure: true });
    expect(header(0)).toMatchObject({ secure: false });
  });

  it('may be the proxy’s own health check', () => {
    const header = readProxyHeader(binary({ family: 0, addresses: Buffer.alloc(0), command: 0 }));
    expect(header).toEqual({ kind: 'complete', length: 16, secure: false });
  });

  it.each([
    ['another version', { family: 1, addresses: ipv4, version: 3 }],
    ['another command', { family: 1, addresses: ipv4, command: 7 }],
    ['addresses cut short', { family: 2, addresses: ipv4 }],
    ['a body without end', { family: 1, addresses: Buffer.alloc(3000) }],
  ])('is malformed with %s', (_, options) => {
    expect(readProxyHeader(binary(options))).toEqual({ kind: 'malformed' });
  });
});

describe('either version', () => {
  it('is incomplete until its last byte, in whatever pieces it comes', () => {
    const headers = [
      Buffer.from('PROXY TCP4 192.0.2.7 198.51.100.1 50000 5222\r\n'),
      binary({ family: 2, addresses: ipv6 }),
    ];
    for (const header of headers) {
      for (let length = 0; length < header.length; length++) {
        expect(readProxyHeader(header.subarray(0, length))).toEqual({ kind: 'incomplete' });
      }
      expect(readProxyHeader(header)).toMatchObject({ kind: 'complete', length: header.length });
    }
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (bytes, signed) => {
        const start = signed
          ? binary({ family: 1, addresses: Buffer.alloc(0) }).subarray(0, 12)
          : '';
        readProxyHeader(Buffer.concat([Buffer.from(start), bytes]));
      }),
    );
  });
});
