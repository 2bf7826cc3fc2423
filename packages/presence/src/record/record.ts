// How a user's durable state is cut into records: one head for the small, a head and pages for the large.

/** 'head', or the number of a roster page. A record with few contacts keeps them in the head. */
export type RecordPart = 'head' | number;
