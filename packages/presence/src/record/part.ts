/** How a record is cut into parts: one head for the small, a head and pages for the large. */

/** 'head', or the number of a roster page. A record with few contacts keeps them in the head. */
export type RecordPart = 'head' | number;

/** Where the parts of a record are: its pages carry the generation in their keys. */
export interface RecordLayout {
  readonly generation: number;
  /** Empty where the roster is in the head. */
  readonly pages: readonly number[];
}
