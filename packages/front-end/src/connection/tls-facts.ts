import type { TLSSocket } from 'node:tls';
import type { TlsFacts } from '../stream/stream-state.ts';

/**
 * Each type where it is defined and safe. TLS 1.3 has `tls-exporter` (RFC 9266 §2), and no `tls-unique`. Below, the
 * exporter needs an extension that Node does not tell about, and `tls-unique` is the client's Finished message: proof of
 * one and the same connection unless the session was resumed, where a man in the middle can have both ends agree
 * (RFC 7627 §1).
 */
export function tlsFactsOf(socket: TLSSocket): TlsFacts {
  if (socket.getProtocol() === 'TLSv1.3') {
    const data = socket.exportKeyingMaterial(32, 'EXPORTER-Channel-Binding', Buffer.alloc(0));
    return { channelBindings: [{ type: 'tls-exporter', data }] };
  }
  const data = socket.isSessionReused() ? undefined : socket.getPeerFinished();
  return data === undefined ? {} : { channelBindings: [{ type: 'tls-unique', data }] };
}
