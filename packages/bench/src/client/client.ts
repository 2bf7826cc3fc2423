// One stream to the server: a raw socket, the scanner, and the questions that wait for an answer.

import { connect, type Socket } from 'node:net';
import { BenchFailure } from '../failure/bench-failure.ts';
import type { Endpoint } from './endpoint.ts';
import type { Opening } from './negotiation.ts';
import { closedBecause, unconnectedBecause } from './refusal.ts';
import { attribute, iq, isElement } from './stanza.ts';
import { StanzaScanner } from './stanza-scanner.ts';

export interface ClientListener {
  /** Everything that comes once the session is bound, answers to questions excepted. */
  received(client: Client, element: string): void;
  /** The stream ended, and nobody here had asked for it. */
  lost(client: Client, why: string): void;
}

export interface ClientOptions {
  /** The number of the account. */
  readonly user: number;
  readonly endpoint: Endpoint;
  readonly opening: Opening;
  readonly listener: ClientListener;
  /** Sockets read one after the other, so all may share one buffer. */
  readonly readBuffer: Buffer;
  readonly timeoutMs: number;
}

type Answer = (element: string | undefined) => void;

const closeTimeoutMs = 5_000;

export class Client {
  readonly user: number;
  /** Since the session was bound. */
  bytesRead = 0;
  readonly #socket: Socket;
  readonly #listener: ClientListener;
  readonly #readBuffer: Buffer;
  readonly #scanner = new StanzaScanner();
  #consume: (element: string) => void;
  #questions: Map<string, Answer> | undefined;
  #asked = 0;
  #isEnding = false;

  private constructor(options: ClientOptions) {
    this.user = options.user;
    this.#listener = options.listener;
    this.#readBuffer = options.readBuffer;
    this.#consume = () => undefined;
    this.#socket = connect({
      ...options.endpoint,
      noDelay: true,
      onread: {
        buffer: options.readBuffer,
        callback: (bytes) => this.#read(bytes),
      },
    });
  }

  /** Resolves when the session is bound; rejects with the reason when it cannot be. */
  static open(options: ClientOptions): Promise<Client> {
    return new Client(options).#negotiate(options);
  }

  write(text: string): void {
    this.#socket.write(text, 'latin1');
  }

  /** Resolves with the server's answer, be it a result or an error; rejects when the stream ends before. */
  ask(type: 'get' | 'set', content: string): Promise<string> {
    this.#asked += 1;
    const id = `q${this.#asked}`;
    const questions = (this.#questions ??= new Map<string, Answer>());
    return new Promise((resolve, reject) => {
      questions.set(id, (answer) => {
        questions.delete(id);
        if (answer !== undefined) resolve(answer);
        else reject(new Error(`user ${this.user} had no answer before the stream ended`));
      });
      this.write(iq(type, id, content));
    });
  }

  /** Ends the stream and resolves when the connection is gone. */
  async close(): Promise<void> {
    this.#isEnding = true;
    if (this.#socket.destroyed) return;
    const gone = new Promise<void>((resolve) => this.#socket.once('close', () => resolve()));
    const impatience = setTimeout(() => this.#socket.destroy(), closeTimeoutMs);
    this.#socket.end('</stream:stream>');
    await gone;
    clearTimeout(impatience);
  }

  /** As a lost network would. */
  cut(): void {
    this.#isEnding = true;
    this.#socket.resetAndDestroy();
  }

  #negotiate({ opening, endpoint, timeoutMs }: ClientOptions): Promise<Client> {
    const socket = this.#socket;
    return new Promise((resolve, reject) => {
      const giveUp = (why: string) => {
        clearTimeout(impatience);
        this.#isEnding = true;
        socket.destroy();
        reject(
          new BenchFailure(
            `User ${this.user} cannot log in at ${endpoint.host}:${endpoint.port}: ${why}`,
          ),
        );
      };
      const impatience = setTimeout(() => giveUp(`no answer within ${timeoutMs} ms`), timeoutMs);
      const bound = () => {
        clearTimeout(impatience);
        socket.removeAllListeners('error').removeAllListeners('close');
        this.#live();
        resolve(this);
      };
      socket.once('error', (cause) => giveUp(unconnectedBecause(cause, endpoint)));
      socket.once('close', () => giveUp(closedBecause(hasSpoken)));
      let hasSpoken = false;
      this.#consume = (element) => {
        hasSpoken = true;
        const step = opening.step(element);
        if (step.kind === 'write') this.write(step.text);
        if (step.kind === 'refused') giveUp(step.why);
        if (step.kind === 'bound') bound();
      };
      this.write(opening.greeting);
    });
  }

  #live(): void {
    let reason = 'the server closed the connection';
    this.#socket.on('error', (cause) => (reason = cause.message));
    this.#socket.on('close', () => {
      for (const answer of [...(this.#questions?.values() ?? [])]) answer(undefined);
      if (!this.#isEnding) this.#listener.lost(this, reason);
    });
    this.#consume = (element) => {
      if (element.startsWith('<stream:error')) reason = element;
      if (isElement(element, 'iq') && this.#takesIq(element)) return;
      this.#listener.received(this, element);
    };
  }

  /** True for an answer to a question. Requests are answered, as servers may expect, and shown to the listener. */
  #takesIq(element: string): boolean {
    const type = attribute(element, 'type');
    const id = attribute(element, 'id') ?? '';
    if (type === 'result' || type === 'error') {
      const answer = this.#questions?.get(id);
      answer?.(element);
      return answer !== undefined;
    }
    const from = attribute(element, 'from');
    const to = from === undefined ? '' : ` to='${from}'`;
    this.write(`<iq type='result' id='${id}'${to}/>`);
    return false;
  }

  #read(bytes: number): boolean {
    this.bytesRead += bytes;
    this.#scanner.push(this.#readBuffer.toString('latin1', 0, bytes), this.#consume);
    return true;
  }
}
