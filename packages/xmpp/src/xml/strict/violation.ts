import type { StreamErrorCondition } from '../../errors/stream-error.ts';

/** What a text breaks: a rule of XML, a restriction of RFC 6120 or one of our limits. */
export interface Violation {
  readonly condition: StreamErrorCondition;
  /** For people, in English. */
  readonly text: string;
}
