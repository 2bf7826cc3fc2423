/** A WebSocket as a front-end sees it; the other end is a simulated client's. It may break with nobody being told. */
import type { WebSocketData, WebSocketLike } from '@rollcall/front-end';
import type { Place } from './place.ts';

type OnMessage = (data: WebSocketData, isBinary: boolean) => void;
type Listener = OnMessage | (() => void) | ((error: Error) => void);

/** The client's end. */
export interface SocketUser {
  /** The front-end has written this; whether it arrives is another matter. */
  written(socket: SimSocket, text: string): void;
}

const [open, closed] = [1, 3];

export class SimSocket implements WebSocketLike {
  readonly place: Place;
  /** Which life of the front-end it leads to. */
  readonly process: string;
  readonly bufferedAmount = 0;
  readyState = open;
  /** Nothing comes through any more. */
  isDead = false;
  /** Stanzas are counted on it (XEP-0198 §4): this many have come on the session with what was written last. */
  isManaged = false;
  stanzas: number;
  /** What the client will read. */
  readonly underWay: string[] = [];
  readonly #user: SocketUser;
  #onMessage: OnMessage = () => undefined;
  #onPong: () => void = () => undefined;
  #onClose: () => void = () => undefined;

  /** `handled`: how many stanzas the client has had before. */
  constructor(place: Place, handled: number, user: SocketUser) {
    this.place = place;
    this.process = place.gate.frontEnd;
    this.stanzas = handled;
    this.#user = user;
  }

  // What the front-end does.

  on(event: 'message' | 'pong' | 'close' | 'error', listener: Listener): void {
    if (event === 'message') this.#onMessage = listener as OnMessage;
    if (event === 'pong') this.#onPong = listener as () => void;
    if (event === 'close') this.#onClose = listener as () => void;
  }

  send(text: string): void {
    this.#user.written(this, text);
  }

  ping(): void {
    if (!this.isDead) this.#onPong();
  }

  close(): void {
    if (this.readyState !== open) return;
    this.readyState = closed;
    this.place.machine.soon(() => this.#onClose());
  }

  terminate(): void {
    this.close();
  }

  /** What has been read and not been dealt with is kept by the front-end. */
  pause(): void {
    return;
  }

  resume(): void {
    return;
  }

  // What the client does.

  say(text: string): void {
    this.place.machine.happen(() => {
      if (!this.isDead && this.readyState === open) this.#onMessage(Buffer.from(text), false);
    });
  }

  /** The front-end hears of it at once, or finds out when there is no sign of life. */
  break(isNoticed: boolean): void {
    this.isDead = true;
    if (!isNoticed) return;
    this.place.machine.happen(() => {
      if (this.readyState !== open) return;
      this.readyState = closed;
      this.#onClose();
    });
  }
}
