import { WebSocket, type RawData } from 'ws';

const framing = 'urn:ietf:params:xml:ns:xmpp-framing';

/** The other end of a WebSocket: messages one by one. */
export class WebSocketClient {
  readonly #socket: WebSocket;
  readonly #messages: string[] = [];
  #wake: (() => void) | undefined;
  readonly closed: Promise<void>;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data: RawData) => {
      this.#messages.push((data as Buffer).toString('utf8'));
      this.#wake?.();
    });
    this.closed = new Promise((resolve) => socket.once('close', () => resolve()));
  }

  static async connect(url: string): Promise<WebSocketClient> {
    const socket = new WebSocket(url, ['xmpp']);
    const client = new WebSocketClient(socket);
    await new Promise((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('error', reject);
    });
    return client;
  }

  get unread(): number {
    return this.#messages.length;
  }

  send(message: string | Buffer): void {
    this.#socket.send(message);
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  pinged(): Promise<void> {
    return new Promise((resolve) => this.#socket.once('ping', () => resolve()));
  }

  async next(): Promise<string> {
    for (;;) {
      const message = this.#messages.shift();
      if (message !== undefined) return message;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  async open(): Promise<string> {
    this.send(`<open xmlns='${framing}' to='localhost' version='1.0'/>`);
    await this.next();
    return this.next();
  }

  async login(name: string, password: string, resource: string): Promise<void> {
    await this.open();
    const message = Buffer.from(`\0${name}\0${password}`).toString('base64');
    this.send(`<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>${message}</auth>`);
    const answer = await this.next();
    if (!answer.startsWith('<success')) throw new Error(answer);
    await this.open();
    this.send(
      `<iq xmlns='jabber:client' type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>${resource}</resource></bind></iq>`,
    );
    await this.next();
  }
}
