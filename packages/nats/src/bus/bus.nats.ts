// Frames between processes over core NATS: one subject per pair, and one per process for what it says to most others.
// Both hold the sender's name, so that permissions can hold a process to its own.

import type { Msg, NatsConnection, Subscription } from '@nats-io/nats-core';
import {
  decodeBundle,
  decodeFrame,
  encodeBundle,
  encodeFrame,
  parseProcessId,
} from '@rollcall/cluster';
import type { Bus, Frame, FramesByProcess, ProcessId } from '@rollcall/cluster';
import type { NatsLink } from '../connection/connection.ts';

/** `<prefix>.v1.frame.<to>.<to's incarnation>.<from>.<from's incarnation>` */
function subjectOf(prefix: string, to: ProcessId, from: ProcessId): string {
  return `${prefix}.v1.frame.${tokensOf(to)}.${tokensOf(from)}`;
}

/** `<prefix>.v1.frames.<from>.<from's incarnation>`, heard by all. */
function commonSubjectOf(prefix: string, from: string): string {
  return `${prefix}.v1.frames.${from}`;
}

/** A message to all is copied as often as there are processes: what is larger goes to each by itself. */
const largestBundleBytes = 65_536;

/** A wildcard matches whole tokens, so a permission can name a node and leave its incarnation open. */
function tokensOf(process: ProcessId): string {
  return process.replace('~', '.');
}

/** Joins as one process. The connection stays the caller's to close. */
export function joinNatsBus(link: NatsLink, self: ProcessId): Promise<Bus> {
  return Promise.resolve(new NatsBus(link.connection, link.options.prefix, self));
}

/** The frames of a message that are for this process, undefined for those that cannot be read. */
type Reading = (data: Uint8Array) => readonly (Frame | undefined)[];

class NatsBus implements Bus {
  readonly self: ProcessId;
  readonly #connection: NatsConnection;
  readonly #prefix: string;
  readonly #subscriptions: readonly Subscription[];
  readonly #commonSubject: string;
  /** Building a subject costs more than finding it; processes are few. */
  readonly #subjects = new Map<ProcessId, string>();
  #connected = true;
  #closed = false;
  #onFrame: (frame: Frame) => void = () => undefined;
  #onUnreadable: (from: ProcessId) => void = () => undefined;
  #onState: (connected: boolean) => void = () => undefined;

  constructor(connection: NatsConnection, prefix: string, self: ProcessId) {
    this.self = self;
    this.#connection = connection;
    this.#prefix = prefix;
    this.#commonSubject = commonSubjectOf(prefix, tokensOf(self));
    this.#subscriptions = [
      this.#hear(`${prefix}.v1.frame.${tokensOf(self)}.*.*`, (data) => [decodeFrame(data)]),
      this.#hear(commonSubjectOf(prefix, '*.*'), (data) => decodeBundle(data, self)),
    ];
    void this.#followState();
  }

  get connected(): boolean {
    return this.#connected && !this.#closed;
  }

  send(to: ProcessId, frame: Frame): void {
    // While it reconnects the client would keep what it is given, without a bound; the link repeats what was lost.
    if (!this.connected || this.#connection.isClosed()) return;
    this.#connection.publish(this.#subjectTo(to), encodeFrame(frame));
  }

  sendTogether(frames: FramesByProcess): void {
    if (!this.connected || this.#connection.isClosed()) return;
    const bundle = encodeBundle(frames);
    if (bundle.length <= largestBundleBytes) {
      this.#connection.publish(this.#commonSubject, bundle);
      return;
    }
    for (const [to, own] of frames) for (const frame of own) this.send(to, frame);
  }

  onFrame(handler: (frame: Frame) => void): void {
    this.#onFrame = handler;
  }

  onUnreadable(handler: (from: ProcessId) => void): void {
    this.#onUnreadable = handler;
  }

  onState(handler: (connected: boolean) => void): void {
    this.#onState = handler;
  }

  close(): Promise<void> {
    this.#closed = true;
    for (const subscription of this.#subscriptions) subscription.unsubscribe();
    return Promise.resolve();
  }

  #hear(subject: string, read: Reading): Subscription {
    return this.#connection.subscribe(subject, {
      callback: (error, message) => {
        if (error === null && !this.#closed) this.#take(message, read);
      },
    });
  }

  /** The server has checked who may publish on the subject, so the subject says who sent it, not the frame. */
  #take({ subject, data }: Msg, read: Reading): void {
    const [incarnation, name] = subject.split('.').reverse();
    const sender = parseProcessId(`${name ?? ''}~${incarnation ?? ''}`)?.id;
    if (sender === undefined || sender === this.self) return;
    for (const frame of read(data)) {
      if (frame === undefined) this.#onUnreadable(sender);
      else if (frame.from === sender) this.#onFrame(frame);
    }
  }

  #subjectTo(to: ProcessId): string {
    const known = this.#subjects.get(to);
    if (known !== undefined) return known;
    const subject = subjectOf(this.#prefix, to, this.self);
    this.#subjects.set(to, subject);
    return subject;
  }

  async #followState(): Promise<void> {
    for await (const status of this.#connection.status()) {
      if (status.type === 'disconnect') this.#setConnected(false);
      if (status.type === 'reconnect') this.#setConnected(true);
    }
    this.#setConnected(false);
  }

  #setConnected(connected: boolean): void {
    if (connected === this.#connected || this.#closed) return;
    this.#connected = connected;
    this.#onState(connected);
  }
}
