/**
 * Edges in seconds: dense where an answer of this service usually lies (1 to 50 ms), and up to the
 * longest that a payment can wait for its gateway.
 */
export const durationBuckets = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30,
];
