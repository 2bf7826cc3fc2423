import type { TLSSocket } from 'node:tls';
import type { TlsFacts } from '../stream/stream-state.ts';

/** RFC 9266 §2. Before TLS 1.3 the exporter is safe only with an extension that Node does not tell about. */
export function tlsFactsOf(socket: TLSSocket): TlsFacts {
  if (socket.getProtocol() !== 'TLSv1.3') return {};
  const data = socket.exportKeyingMaterial(32, 'EXPORTER-Channel-Binding', Buffer.alloc(0));
  return { channelBinding: { type: 'tls-exporter', data } };
}
