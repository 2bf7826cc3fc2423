import type { TcpListening } from './tcp-listener.ts';

/** Apart from the listener, so that whoever uses the types need not have those of `ws`. */
export interface WebSocketListening extends TcpListening {
  /** Default `/xmpp-websocket`. */
  readonly path?: string;
  /**
   * A proxy in front ends TLS and says for whom it speaks (`X-Forwarded-For`, `X-Forwarded-Proto`). Only where nobody
   * else can connect: the headers are believed.
   */
  readonly behindProxy?: boolean;
  /** What host-meta tells, where it is not the host that was asked. */
  readonly publicUrl?: string | undefined;
  /**
   * Web pages that may connect, by their origin, such as `https://chat.example.org`; all unless given. What is no
   * browser names no origin and may connect anyway.
   */
  readonly origins?: readonly string[] | undefined;
}
