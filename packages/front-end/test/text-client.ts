/** The other end of a stream: writes text, waits for text. */
import type { Duplex } from 'node:stream';
import { connect, type TLSSocket } from 'node:tls';
import { openingTag } from './conversation.ts';
import { scramClient } from './scram-client.ts';

export class TextClient {
  stream: Duplex;
  /** All that came, and how much of it `until` has gone past. */
  text = '';
  #seen = 0;
  #closed = false;
  #wake: (() => void)[] = [];

  constructor(stream: Duplex) {
    this.stream = stream;
    this.#listen();
  }

  #listen(): void {
    const decoder = new TextDecoder();
    this.stream.on('data', (chunk: Buffer) => {
      this.text += decoder.decode(chunk, { stream: true });
      this.#rouse();
    });
    this.stream.on('error', () => undefined);
    this.stream.on('close', () => {
      this.#closed = true;
      this.#rouse();
    });
  }

  #rouse(): void {
    const wake = this.#wake;
    this.#wake = [];
    for (const go of wake) go();
  }

  send(text: string): void {
    this.stream.write(text);
  }

  /** What came up to and with the match, after what was waited for before. */
  async until(pattern: RegExp | string): Promise<string> {
    for (;;) {
      const rest = this.text.slice(this.#seen);
      const match =
        typeof pattern === 'string' ? indexOf(rest, pattern) : indexOfMatch(rest, pattern);
      if (match !== undefined) {
        this.#seen += match;
        return rest.slice(0, match);
      }
      if (this.#closed) throw new Error(`closed before ${String(pattern)}; after: ${rest}`);
      await new Promise<void>((resolve) => this.#wake.push(resolve));
    }
  }

  /** What came since. */
  get unseen(): string {
    return this.text.slice(this.#seen);
  }

  async closed(): Promise<void> {
    while (!this.#closed) await new Promise<void>((resolve) => this.#wake.push(resolve));
  }

  async open(): Promise<string> {
    this.send(openingTag);
    return this.until('</stream:features>');
  }

  async startTls(): Promise<TLSSocket> {
    this.send("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>");
    await this.until('<proceed');
    await this.until('/>');
    const plain = this.stream;
    plain.removeAllListeners('data');
    plain.removeAllListeners('close');
    const secure = connect({ socket: plain, rejectUnauthorized: false });
    await new Promise<void>((resolve, reject) => {
      secure.once('secureConnect', resolve);
      secure.once('error', reject);
    });
    this.stream = secure;
    this.#listen();
    return secure;
  }

  async plain(name: string, password: string): Promise<string> {
    const message = Buffer.from(`\0${name}\0${password}`).toString('base64');
    this.send(`<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>${message}</auth>`);
    return this.until(/<(success|failure)[^]*?(\/>|<\/success>|<\/failure>)/);
  }

  /** Ends with `<success/>` or `<failure/>`. */
  async scram(name: string, password: string, hash: 'sha1' | 'sha256' = 'sha256'): Promise<string> {
    const client = scramClient({ name, password, hash });
    const mechanism = hash === 'sha1' ? 'SCRAM-SHA-1' : 'SCRAM-SHA-256';
    const base64 = (text: string) => Buffer.from(text).toString('base64');
    const ns = 'urn:ietf:params:xml:ns:xmpp-sasl';
    this.send(`<auth xmlns='${ns}' mechanism='${mechanism}'>${base64(client.first)}</auth>`);
    const challenge = /<challenge[^>]*>([^<]*)</.exec(
      await this.until(/<(\/challenge|\/failure)>/),
    );
    if (!challenge) return this.text;
    const data = Buffer.from(challenge[1] ?? '', 'base64').toString();
    this.send(`<response xmlns='${ns}'>${base64(client.final(data))}</response>`);
    return this.until(/<\/(success|failure)>/);
  }

  async bind(resource: string): Promise<string> {
    this.send(
      `<iq type='set' id='bind'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>${resource}</resource></bind></iq>`,
    );
    return this.until('</iq>');
  }

  /** From the first byte to a bound session, in cleartext. */
  async login(name: string, password: string, resource: string): Promise<this> {
    await this.open();
    const end = await this.plain(name, password);
    if (!end.includes('<success')) throw new Error(end);
    await this.open();
    await this.bind(resource);
    return this;
  }
}

function indexOf(text: string, part: string): number | undefined {
  const index = text.indexOf(part);
  return index < 0 ? undefined : index + part.length;
}

function indexOfMatch(text: string, pattern: RegExp): number | undefined {
  const match = pattern.exec(text);
  return match ? match.index + match[0].length : undefined;
}
