/** XMPP over WebSocket (RFC 7395): every message is one element. */
import { parseFramed, type StreamEvent, type XmlLimits } from '@rollcall/xmpp';
import { webSocketFraming } from '../stream/framing.ts';
import type { Traffic } from './traffic.ts';
import type { Flushable, Turns } from './turns.ts';
import type { Wire, WireListener } from './wire.ts';

/** What is used of a WebSocket; those of `ws` fit. */
export interface WebSocketLike {
  /** Bytes that were sent and have not left yet. */
  readonly bufferedAmount: number;
  /** 1 while it is open. */
  readonly readyState: number;
  send(text: string, sent: (error?: Error | null) => void): void;
  ping(): void;
  close(code: number): void;
  terminate(): void;
  pause(): void;
  resume(): void;
  on(event: 'message', listener: (data: WebSocketData, isBinary: boolean) => void): unknown;
  on(event: 'pong' | 'close', listener: () => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
}

/** A message of a WebSocket, in each of the shapes that `ws` gives. */
export type WebSocketData = Buffer | ArrayBuffer | readonly Buffer[];

/** The socket below, so that the messages of one turn leave in one piece. */
export interface Corkable {
  cork(): void;
  uncork(): void;
}

const isOpen = 1;
/** A peer that has so much before it is given no more. */
const highWaterBytes = 64 * 1024;
const normalClosure = 1000;

export interface WebSocketWireOptions {
  readonly limits: XmlLimits;
  readonly turns: Turns;
  readonly traffic: Traffic;
  readonly below?: Corkable | undefined;
}

export class WebSocketWire implements Wire, Flushable {
  readonly framing = webSocketFraming;
  readonly #socket: WebSocketLike;
  readonly #below: Corkable | undefined;
  readonly #turns: Turns;
  readonly #traffic: Traffic;
  #limits: XmlLimits;
  #listener: WireListener | undefined;
  #corked = false;
  #blocked = false;
  #gone = false;
  #written = 0;

  constructor(socket: WebSocketLike, { limits, turns, traffic, below }: WebSocketWireOptions) {
    this.#socket = socket;
    this.#limits = limits;
    this.#turns = turns;
    this.#traffic = traffic;
    this.#below = below;
  }

  get ready(): boolean {
    return !this.#blocked;
  }

  get written(): number {
    return this.#written;
  }

  start(listener: WireListener): void {
    this.#listener = listener;
    const socket = this.#socket;
    socket.on('message', (data, isBinary) => this.#read(data, isBinary));
    socket.on('pong', () => this.#hear({ kind: 'whitespace' }));
    socket.on('close', () => this.#lose());
    socket.on('error', (error) => this.#lose(error));
    if (socket.readyState !== isOpen) this.#lose();
  }

  #read(data: WebSocketData, isBinary: boolean): void {
    const message = bytesOf(data);
    this.#traffic.bytesReceived += message.length;
    this.#hear(readMessage(message, isBinary, this.#limits));
  }

  #hear(event: StreamEvent): void {
    if (!this.#gone) this.#listener?.events([event]);
  }

  #lose(cause?: Error): void {
    if (this.#gone) return;
    this.#gone = true;
    this.#listener?.gone(cause);
    this.#socket.terminate();
  }

  write(element: string): void {
    if (this.#gone || this.#socket.readyState !== isOpen) return;
    if (!this.#corked && this.#below) {
      this.#corked = true;
      this.#below.cork();
      this.#turns.add(this);
    }
    this.#written += 1;
    this.#traffic.bytesSent += Buffer.byteLength(element, 'utf8');
    this.#socket.send(element, this.#onSent);
    if (this.#socket.bufferedAmount > highWaterBytes) this.#blocked = true;
  }

  readonly #onSent = (): void => {
    if (!this.#blocked || this.#socket.bufferedAmount > highWaterBytes) return;
    this.#blocked = false;
    this.#listener?.drained();
  };

  flush(): void {
    if (!this.#corked) return;
    this.#corked = false;
    this.#below?.uncork();
  }

  pause(): void {
    if (this.#socket.readyState === isOpen) this.#socket.pause();
  }

  resume(): void {
    if (this.#socket.readyState === isOpen) this.#socket.resume();
  }

  setLimits(limits: XmlLimits): void {
    this.#limits = limits;
  }

  /** Nothing to do: messages stand by themselves. */
  restart(): void {
    this.flush();
  }

  /** RFC 7395 §3.8: by WebSocket's own means. */
  keepAlive(): void {
    if (this.#socket.readyState !== isOpen) return;
    this.#written += 1;
    this.#socket.ping();
  }

  end(): void {
    this.flush();
    this.#socket.close(normalClosure);
  }

  endInTurn(): void {
    this.end();
  }

  destroy(): void {
    this.#lose();
  }
}

function readMessage(message: Buffer, isBinary: boolean, limits: XmlLimits): StreamEvent {
  if (isBinary) {
    return {
      kind: 'violation',
      condition: 'bad-format',
      text: 'messages are text (RFC 7395 §3.2)',
    };
  }
  return parseFramed(message.toString('utf8'), limits);
}

function bytesOf(data: WebSocketData): Buffer {
  if (Buffer.isBuffer(data)) return data;
  return data instanceof ArrayBuffer ? Buffer.from(data) : Buffer.concat(data);
}
