/** A step's title as `x-rollout-phase` says it: `canary 1.0 → 2.0` is `canary-1.0-2.0`. */
export const phaseSlug = (title: string): string =>
  title
    .replace(/[:,].*/, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9.]+/g, '-');
