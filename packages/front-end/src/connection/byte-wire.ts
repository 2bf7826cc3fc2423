/** XMPP over a stream of bytes (RFC 6120): a socket, or any duplex stream that a gateway hands over. */
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { TLSSocket, type SecureContext } from 'node:tls';
import { StreamParser, type ReaderPool, type XmlLimits } from '@rollcall/xmpp';
import type { Framing } from '../stream/framing.ts';
import type { TlsFacts } from '../stream/stream-state.ts';
import type { Traffic } from './traffic.ts';
import { tlsFactsOf } from './tls-facts.ts';
import type { Flushable, Turns } from './turns.ts';
import type { Wire, WireListener } from './wire.ts';

/** A turn that writes more than this to one peer does not wait for its end. */
const turnLength = 64 * 1024;

export interface ByteWireOptions {
  readonly framing: Framing;
  readonly limits: XmlLimits;
  readonly turns: Turns;
  readonly traffic: Traffic;
  readonly readers: ReaderPool;
}

/** How the listeners that all streams share find the wire of theirs. */
const wireOf = Symbol('wire');

interface WiredStream extends Duplex {
  [wireOf]: ByteWire;
}

export class ByteWire implements Wire, Flushable {
  readonly framing: Framing;
  readonly #turns: Turns;
  readonly #traffic: Traffic;
  readonly #parser: StreamParser;
  #stream: Duplex;
  /** What TLS runs over. */
  #below: Duplex | undefined;
  #listener: WireListener | undefined;
  #turn = '';
  #blocked = false;
  #gone = false;
  #ending = false;
  #written = 0;

  constructor(stream: Duplex, { framing, limits, turns, traffic, readers }: ByteWireOptions) {
    this.#stream = stream;
    this.framing = framing;
    this.#parser = new StreamParser({ limits, readers });
    this.#turns = turns;
    this.#traffic = traffic;
  }

  get ready(): boolean {
    return !this.#blocked;
  }

  get written(): number {
    return this.#written;
  }

  start(listener: WireListener): void {
    this.#listener = listener;
    this.#listen(this.#stream);
    // Whoever had it before may have paused it.
    this.#stream.resume();
    if (this.#stream.destroyed) this.#lose();
  }

  #listen(duplex: Duplex): void {
    const stream: WiredStream = Object.assign(duplex, { [wireOf]: this });
    stream.on('data', ByteWire.#onData);
    stream.on('drain', ByteWire.#onDrain);
    stream.on('end', ByteWire.#onLost);
    stream.on('close', ByteWire.#onLost);
    stream.on('error', ByteWire.#onLost);
  }

  static #onData(this: WiredStream, chunk: Buffer | string): void {
    this[wireOf].#read(chunk);
  }

  static #onDrain(this: WiredStream): void {
    this[wireOf].#drained();
  }

  static #onLost(this: WiredStream, cause?: Error): void {
    this[wireOf].#lose(cause);
  }

  #read(chunk: Buffer | string): void {
    // Text, where a gateway has set an encoding.
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk, 'utf8') : chunk;
    this.#traffic.bytesReceived += bytes.length;
    const events = this.#parser.write(bytes);
    if (events.length > 0) this.#listener?.events(events);
  }

  #drained(): void {
    this.#blocked = false;
    this.#listener?.drained();
  }

  #lose(cause?: Error): void {
    if (this.#gone) return;
    this.#gone = true;
    this.#turn = '';
    this.#listener?.gone(cause);
    this.#stream.destroy();
    this.#below?.destroy();
  }

  write(element: string): void {
    if (this.#gone || this.#ending) return;
    if (this.#turn === '') this.#turns.add(this);
    this.#turn += element;
    this.#written += 1;
    if (this.#turn.length > turnLength) this.flush();
  }

  flush(): void {
    const text = this.#turn;
    if (text === '') return;
    this.#turn = '';
    this.#traffic.bytesSent += Buffer.byteLength(text, 'utf8');
    if (!this.#stream.write(text, 'utf8')) this.#blocked = true;
  }

  pause(): void {
    if (!this.#gone) this.#stream.pause();
  }

  resume(): void {
    if (!this.#gone) this.#stream.resume();
  }

  setLimits(limits: XmlLimits): void {
    this.#parser.setLimits(limits);
  }

  restart(): void {
    this.#parser.reset();
  }

  /** White space between stanzas (RFC 6120 §4.6.1). */
  keepAlive(): void {
    this.write(' ');
  }

  /** A peer that has closed its side need not be told that ours is closed, too: that saves it a segment and us a call. */
  end(): void {
    this.flush();
    this.#ending = true;
    this.#turns.afterReading(() => {
      if (!this.#gone) this.#stream.end();
    });
  }

  /**
   * What the kernel has been given it delivers after us, so that the end of the peer's side need not be waited for and
   * read. TLS has a farewell of its own (RFC 8446 §6.1), and what is left would be lost.
   */
  endInTurn(): void {
    this.flush();
    if (isPlainSocket(this.#stream) && this.#stream.writableLength === 0) this.#lose();
    else this.end();
  }

  destroy(): void {
    this.#lose();
  }

  /** The bytes below go on as TLS (RFC 6120 §5.4.3). What was read before is void, so nothing can be slipped in. */
  startTls(secureContext: SecureContext, protocols: readonly string[] = []): Promise<TlsFacts> {
    this.flush();
    const plain = this.#stream;
    plain.off('data', ByteWire.#onData);
    plain.off('drain', ByteWire.#onDrain);
    plain.off('end', ByteWire.#onLost);
    // What came in one piece with a proxy's header is for TLS to read, and for nobody before it.
    plain.pause();
    this.#parser.reset();
    const alpn = protocols.length === 0 ? {} : { ALPNProtocols: [...protocols] };
    const secure = new TLSSocket(plain, { isServer: true, secureContext, ...alpn });
    this.#below = plain;
    this.#stream = secure;
    this.#blocked = false;
    this.#listen(secure);
    return new Promise((resolve, reject) => {
      secure.once('secure', () => resolve(tlsFactsOf(secure)));
      secure.once('close', () => reject(new Error('closed during the TLS handshake')));
    });
  }
}

function isPlainSocket(stream: Duplex): boolean {
  return stream instanceof Socket && !(stream instanceof TLSSocket);
}
