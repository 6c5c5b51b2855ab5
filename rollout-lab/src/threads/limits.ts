/**
 * The lab's threads hold some MiB; without a limit a heap grows to hundreds before garbage is worth
 * collecting, and the lab's memory could not be told from a leak.
 */
const resourceLimits = { maxOldGenerationSizeMb: 128, maxYoungGenerationSizeMb: 16 };

/** No inherited flags: a debugger's or a test runner's loader has no business in a thread. */
export const threadOptions = { execArgv: [], resourceLimits };
