/**
 * How long anything is waited for that must come. It only tells what hangs from what is slow: what a test is to hold
 * against a clock, it measures.
 */
export const patienceMs = 60_000;
