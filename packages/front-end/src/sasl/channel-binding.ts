/** Channel binding (RFC 5056): proves that client and server see one and the same TLS connection. */

export interface ChannelBinding {
  /** RFC 9266 for TLS 1.3, RFC 5929 below. */
  readonly type: 'tls-exporter' | 'tls-unique';
  readonly data: Uint8Array;
}
