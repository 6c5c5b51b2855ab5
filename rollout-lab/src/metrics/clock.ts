/**
 * Ms since the epoch, with fractions, on the monotonic clock: it does not jump when the system's
 * time is set. Everything that is compared with an Observation's `at` uses it.
 */
export const epochMs = (): number => performance.timeOrigin + performance.now();
