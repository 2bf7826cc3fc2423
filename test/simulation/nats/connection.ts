/** One machine's way to NATS: whether it is there, how long things take on it, and what becomes of a question. */
import type { ProcessId } from '@rollcall/cluster';
import type { Dice } from '../run/dice.ts';
import type { Machine } from '../world/machine.ts';
import type { SimClock } from '../world/sim-clock.ts';
import { calm, type Weather } from './weather.ts';

export class Connection {
  readonly machine: Machine;
  readonly #clock: SimClock;
  readonly #dice: Dice;
  weather: Weather = calm;
  /** Which life of its node speaks over it. */
  process: ProcessId | undefined;
  /** Cut from outside: nothing goes and nothing comes. */
  #up = true;

  constructor(machine: Machine, clock: SimClock, dice: Dice) {
    this.machine = machine;
    this.#clock = clock;
    this.#dice = dice;
  }

  isUp(): boolean {
    return this.#up;
  }

  setUp(up: boolean): void {
    this.#up = up;
  }

  readonly delayMs = (): number => this.#dice.between(0, this.weather.latencyMs);

  happens(share: keyof Omit<Weather, 'latencyMs'>): boolean {
    const probability = this.weather[share];
    return probability > 0 && this.#dice.chance(probability);
  }

  /**
   * Asks a server for something: it takes a while both ways, may fail before it is carried out, or after it was, which
   * the asker cannot tell apart.
   */
  ask<T>(carryOut: () => Promise<T>, failure: () => Error): Promise<T> {
    return this.machine.ask(async () => {
      if (!this.isUp()) {
        await this.#clock.wait(1);
        throw failure();
      }
      await this.#clock.wait(this.delayMs());
      if (!this.isUp() || this.happens('refused')) throw failure();
      const answer = await carryOut();
      await this.#clock.wait(this.delayMs());
      if (!this.isUp() || this.happens('unanswered')) throw failure();
      return answer;
    });
  }
}
