// One XML stream over TCP. It sends whatever it is told to, well-formed or not, and shows what came back.

import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { patienceMs } from '../patience.ts';
import { render } from '../xml/element.ts';
import type { XmlElement } from '../xml/element.ts';
import { XmlReader } from '../xml/xml-reader.ts';
import { Inbox } from './inbox.ts';
import type { StanzaMatcher } from './stanza-pattern.ts';
import { Transcript } from './transcript.ts';

export interface ConnectionOptions {
  readonly host: string;
  readonly port: number;
  /** The address to connect from; on Linux all of 127.0.0.0/8 are this machine's. */
  readonly localAddress?: string;
  /** TLS from the first byte (XEP-0368); certificates are not checked. */
  readonly directTls?: boolean;
  /** Written before anything else, such as a proxy's header. */
  readonly preamble?: string;
  /** Names this stream in the transcript. */
  readonly label?: string;
  /** How long `expect` waits; `patienceMs` by default. */
  readonly timeoutMs?: number;
  /** Sees each element first; what it returns true for reaches neither inbox nor transcript. */
  readonly intercept?: (element: XmlElement) => boolean;
}

export class XmppConnection {
  /** May be replaced by one that several streams share. */
  transcript = new Transcript();
  /** Resolves when the stream is over, whoever ended it. */
  readonly closed: Promise<void>;
  label: string;
  readonly #timeoutMs: number;
  readonly #inbox = new Inbox();
  readonly #intercept: (element: XmlElement) => boolean;
  readonly #positions = new WeakMap<XmlElement, number>();
  #arrived = 0;
  #isOpen = true;
  #markClosed: () => void = () => undefined;
  #rootOpened: (root: XmlElement) => void = () => undefined;
  #socket: Socket;
  #reader: XmlReader;
  #received = '';

  private constructor(socket: Socket, options: ConnectionOptions) {
    this.#socket = socket;
    this.label = options.label ?? `:${options.port}`;
    this.#timeoutMs = options.timeoutMs ?? patienceMs;
    this.#intercept = options.intercept ?? (() => false);
    this.closed = new Promise((resolve) => (this.#markClosed = resolve));
    this.#reader = this.#newReader();
    this.#listen();
  }

  static async connect(options: ConnectionOptions): Promise<XmppConnection> {
    const { host, port, localAddress, directTls = false, preamble = '' } = options;
    const socket = connect({ host, port, localAddress, noDelay: true });
    await once(socket, 'connect');
    if (preamble !== '') socket.write(preamble);
    if (!directTls) return new XmppConnection(socket, options);
    const ALPNProtocols = ['xmpp-client'];
    const secured = connectTls({ socket, ALPNProtocols, rejectUnauthorized: false });
    await once(secured, 'secureConnect');
    return new XmppConnection(secured, options);
  }

  /** Writes it as it is. */
  send(data: string | Uint8Array): void {
    this.transcript.note(this.label, '→', typeof data === 'string' ? data : `${data.length} bytes`);
    this.sendUnnoted(data);
  }

  /** As `send`, for what a reader of the transcript would only be bored by. */
  sendUnnoted(data: string | Uint8Array): void {
    this.#socket.write(data);
  }

  /** Opens a stream, or opens it anew after STARTTLS or SASL. Resolves with the features that the server offers. */
  async openStream(domain: string): Promise<XmlElement> {
    this.#reader = this.#newReader();
    this.send(
      `<?xml version='1.0'?><stream:stream to='${domain}' version='1.0' xml:lang='en' ` +
        `xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>`,
    );
    return this.expect((element) => element.name === 'features');
  }

  /** Sends a stream header of the caller's own; resolves with that of the server. */
  async openStreamBy(header: string): Promise<XmlElement> {
    const opened = new Promise<XmlElement>((resolve) => (this.#rootOpened = resolve));
    this.send(header);
    return opened;
  }

  /** STARTTLS (RFC 6120 §5). Certificates are not checked: tests run against self-signed ones. */
  async startTls(domain: string): Promise<void> {
    this.send(`<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>`);
    await this.expect(`<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>`);
    const plain = this.#socket;
    plain.removeAllListeners('data');
    const secured = connectTls({ socket: plain, servername: domain, rejectUnauthorized: false });
    await once(secured, 'secureConnect');
    this.#socket = secured;
    this.#listen();
  }

  /** The next element that matches, past or to come; fails with the transcript. */
  async expect(wanted: StanzaMatcher, timeoutMs: number = this.#timeoutMs): Promise<XmlElement> {
    try {
      return await this.#inbox.take(wanted, timeoutMs);
    } catch (cause) {
      const what = typeof wanted === 'string' ? wanted : 'what was expected';
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new Error(
        `${this.label} did not receive ${what} (${why})\n\n${String(this.transcript)}`,
        {
          cause,
        },
      );
    }
  }

  /** Resolves with true when what is unread satisfies the condition, with false when it did not in time. */
  waitUntil(
    satisfied: (unread: readonly XmlElement[]) => boolean,
    timeoutMs: number = this.#timeoutMs,
  ): Promise<boolean> {
    return this.#inbox.waitUntil(satisfied, timeoutMs).then(
      () => true,
      () => false,
    );
  }

  /** The place of an element in the order of arrival; -1 if it did not come on this stream. */
  positionOf(element: XmlElement): number {
    return this.#positions.get(element) ?? -1;
  }

  /** What has arrived and was not taken by `expect`. */
  unread(): readonly XmlElement[] {
    return this.#inbox.peek();
  }

  /** Takes all of it. */
  takeUnread(): readonly XmlElement[] {
    return this.#inbox.takeAll();
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** All that the server has written on this stream, as text. */
  get received(): string {
    return this.#received;
  }

  /** Ends the stream as RFC 6120 §4.4 says, and waits for the server to do the same. */
  async close(): Promise<void> {
    this.send('</stream:stream>');
    await this.closed;
  }

  /** Reads nothing from now on, like a client that hangs. */
  stopReading(): void {
    this.transcript.note(this.label, '·', 'stops reading');
    this.#socket.pause();
  }

  /** Cuts the connection without a word. */
  async cut(): Promise<void> {
    this.transcript.note(this.label, '·', 'cuts the connection');
    this.#socket.resetAndDestroy();
    await this.closed;
  }

  #listen(): void {
    const socket = this.#socket;
    const decoder = new TextDecoder('utf-8', { fatal: true });
    socket.on('data', (bytes: Buffer) => this.#read(decoder.decode(bytes, { stream: true })));
    socket.on('error', (cause) => this.transcript.note(this.label, '·', cause.message));
    socket.on('close', () => {
      if (socket !== this.#socket) return;
      this.transcript.note(this.label, '·', 'is closed');
      this.#inbox.end('the stream is closed');
      this.#isOpen = false;
      this.#markClosed();
    });
  }

  #read(chunk: string): void {
    this.#received += chunk;
    try {
      this.#reader.write(chunk);
    } catch (cause) {
      this.transcript.note(this.label, '·', `got XML that is no XML: ${String(cause)}: ${chunk}`);
      this.#socket.destroy();
    }
  }

  #newReader(): XmlReader {
    return new XmlReader({
      rootOpened: (root) => {
        this.transcript.note(this.label, '←', render(root));
        this.#rootOpened(root);
      },
      elementRead: (element) => {
        if (this.#intercept(element)) return;
        this.transcript.note(this.label, '←', render(element));
        this.#positions.set(element, this.#arrived);
        this.#arrived += 1;
        this.#inbox.put(element);
      },
      rootClosed: () => {
        this.transcript.note(this.label, '←', '</stream:stream>');
        this.#socket.end();
      },
    });
  }
}
