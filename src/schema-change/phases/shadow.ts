/** What a shadow comparison says of one row. */
export type ShadowOutcome = 'same' | 'unfilled' | 'different';
