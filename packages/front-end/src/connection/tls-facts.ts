import type { TLSSocket } from 'node:tls';
import type { TlsFacts } from '../stream/stream-state.ts';

/**
 * Before TLS 1.3 the exporter is safe only with an extension that Node does not tell about (RFC 9266 §2).
 *
 * COMPAT(slixmpp up to 1.8.3): takes any offer of -PLUS for one of `tls-unique`, the client's Finished message, which
 * binds TLS 1.3 no worse though RFC 9266 does not name it; refused, it fails in every other mechanism too.
 */
export function tlsFactsOf(socket: TLSSocket): TlsFacts {
  if (socket.getProtocol() !== 'TLSv1.3') return {};
  const exported = socket.exportKeyingMaterial(32, 'EXPORTER-Channel-Binding', Buffer.alloc(0));
  const finished = socket.getPeerFinished();
  return {
    channelBindings: [
      { type: 'tls-exporter', data: exported },
      ...(finished === undefined ? [] : [{ type: 'tls-unique', data: finished } as const]),
    ],
  };
}
