/** Channel binding (RFC 5056): proves that client and server see one and the same TLS connection. */

export interface ChannelBinding {
  /** RFC 9266 for TLS 1.3; the only one that Node can give safely. */
  readonly type: 'tls-exporter';
  readonly data: Uint8Array;
}
