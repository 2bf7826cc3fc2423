// A component (XEP-0114) that has connected: it speaks for all addresses of its domain.

import { createHash } from 'node:crypto';
import type { XmlElement } from '../xml/element.ts';
import type { StanzaMatcher } from './stanza-pattern.ts';
import { XmppConnection, type ConnectionOptions } from './xmpp-connection.ts';

export interface ComponentOptions extends ConnectionOptions {
  readonly domain: string;
  readonly secret: string;
}

export class XmppComponent {
  readonly connection: XmppConnection;

  private constructor(connection: XmppConnection) {
    this.connection = connection;
  }

  /** Rejects, with the transcript, unless the server takes the handshake. */
  static async connect({ domain, secret, ...options }: ComponentOptions): Promise<XmppComponent> {
    const connection = await XmppConnection.connect({ label: domain, ...options });
    const { attrs } = await connection.openStreamBy(
      `<stream:stream to='${domain}' xmlns='jabber:component:accept' ` +
        `xmlns:stream='http://etherx.jabber.org/streams'>`,
    );
    const id = attrs['id'] ?? '';
    const digest = createHash('sha1').update(`${id}${secret}`).digest('hex');
    connection.send(`<handshake>${digest}</handshake>`);
    await connection.expect(({ name }) => name === 'handshake');
    return new XmppComponent(connection);
  }

  /** Writes it as it is: 'from' and 'to' must be there. */
  send(stanza: string): void {
    this.connection.send(stanza);
  }

  expect(wanted: StanzaMatcher, timeoutMs?: number): Promise<XmlElement> {
    return this.connection.expect(wanted, timeoutMs);
  }

  close(): Promise<void> {
    return this.connection.close();
  }
}
