import type { StreamErrorCondition } from '../../errors/stream-error.ts';
import type { Violation } from './violation.ts';

/** What the readers of one item have found so far. They share it. */
export class Findings {
  violation: Violation | undefined;
  /** Whether the last character is cut off by the end of the bytes that have arrived. */
  isCutOff = false;
  /** Bytes beyond one for each UTF-16 code unit; 0 as long as all is ASCII. */
  surplus = 0;
  /** Whether there are CDATA sections, carriage returns, or line breaks or tabs in values. */
  hasUnusualText = false;

  get isAscii(): boolean {
    return this.surplus === 0;
  }

  /** Whether nothing more can be read, or not before more bytes arrive. */
  get mustStop(): boolean {
    return this.isCutOff || this.violation !== undefined;
  }

  /** More bytes have arrived. */
  resume(): void {
    this.isCutOff = false;
  }

  /** Begins the next item; a violation stays. */
  clear(): void {
    this.isCutOff = false;
    this.surplus = 0;
    this.hasUnusualText = false;
  }

  /** Notes a violation; the first is the one that counts. */
  refuse(condition: StreamErrorCondition, text: string): Violation {
    this.violation ??= { condition, text };
    return this.violation;
  }
}
