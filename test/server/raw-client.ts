// Clients that can stop reading, over TCP and over WebSocket, as text: what they do not read waits at the server.

import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { WebSocket } from 'ws';
import { password } from './test-server.ts';

export interface RawClient {
  readonly jid: string;
  /** All that has been read since the session was bound. */
  readonly received: string;
  /** Resolves when the connection is gone. */
  readonly closed: Promise<void>;
  send(stanza: string): void;
  stopReading(): void;
  readOn(): void;
  /** Resolves when what has been received matches. */
  until(pattern: RegExp): Promise<void>;
  cut(): void;
}

interface Transport {
  readonly header: string;
  readonly socket: Pick<Socket | WebSocket, 'pause' | 'resume'>;
  readonly closed: Promise<void>;
  write(text: string): void;
  cut(): void;
}

class TextClient implements RawClient {
  jid = '';
  received = '';
  readonly #transport: Transport;
  #look: () => void = () => undefined;

  constructor(open: (heard: (text: string) => void) => Transport) {
    this.#transport = open((text) => {
      this.received += text;
      this.#look();
    });
  }

  get closed(): Promise<void> {
    return this.#transport.closed;
  }

  async login(name: string): Promise<this> {
    const { header } = this.#transport;
    const plain = Buffer.from(`\0${name}\0${password}`).toString('base64');
    await this.#say(header, /<\/stream:features>/);
    const auth = `<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>${plain}</auth>`;
    await this.#say(auth, /<success/);
    await this.#say(header, /<\/stream:features>/);
    const bind = `<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>`;
    const bound = `<iq xmlns='jabber:client' type='set' id='b'>${bind}</iq>`;
    [, this.jid = ''] = await this.#say(bound, /<jid>(.*)<\/jid>/);
    return this;
  }

  async #say(text: string, answer: RegExp): Promise<RegExpExecArray> {
    this.#transport.write(text);
    await this.until(answer);
    const match = answer.exec(this.received);
    this.received = '';
    if (match === null) throw new Error(`no ${String(answer)}`);
    return match;
  }

  send(stanza: string): void {
    this.#transport.write(stanza);
  }

  stopReading(): void {
    this.#transport.socket.pause();
  }

  readOn(): void {
    this.#transport.socket.resume();
  }

  cut(): void {
    this.#transport.cut();
  }

  until(pattern: RegExp): Promise<void> {
    return new Promise((resolve) => {
      this.#look = () => {
        if (pattern.test(this.received)) resolve();
      };
      this.#look();
    });
  }
}

export async function loginByTcp(host: string, port: number, name: string): Promise<RawClient> {
  const socket = connect({ host, port });
  await once(socket, 'connect');
  socket.setEncoding('utf8');
  // Ends are seen by `close`.
  socket.on('error', () => undefined);
  const client = new TextClient((heard) => {
    socket.on('data', heard);
    return {
      header:
        `<?xml version='1.0'?><stream:stream to='localhost' version='1.0' xmlns='jabber:client' ` +
        `xmlns:stream='http://etherx.jabber.org/streams'>`,
      socket,
      closed: new Promise((resolve) => socket.once('close', () => resolve())),
      write: (text) => void socket.write(text),
      cut: () => void socket.destroy(),
    };
  });
  return client.login(name);
}

export async function loginByWebSocket(url: string, name: string): Promise<RawClient> {
  const socket = new WebSocket(url, 'xmpp');
  await once(socket, 'open');
  socket.on('error', () => undefined);
  const client = new TextClient((heard) => {
    socket.on('message', (message: Buffer) => heard(message.toString()));
    return {
      header: `<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' to='localhost' version='1.0'/>`,
      socket,
      closed: new Promise((resolve) => socket.once('close', () => resolve())),
      write: (text) => socket.send(text),
      cut: () => socket.terminate(),
    };
  });
  return client.login(name);
}
