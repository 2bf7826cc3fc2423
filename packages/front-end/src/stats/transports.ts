/** How the streams of now came in. */

/** `tls`: from the first byte. `handedOver`: by a gateway, whatever it came in by. */
export type Transport = 'tcp' | 'tls' | 'webSocket' | 'handedOver';

/** Components are counted once they are connected. */
export type Transports = Record<Transport | 'component', number>;

export function noTransports(): Transports {
  return { tcp: 0, tls: 0, webSocket: 0, handedOver: 0, component: 0 };
}
