import { expect, it } from 'vitest';
import { measureInCrowd, promisedMs } from './lock-queue/measure.ts';
import { lockingSteps } from './lock-queue/steps.ts';
import { databaseFor } from './support/database.ts';

/** One forwards and one back; npm run test:lock-queue tries them all. */
const some = lockingSteps.filter(({ what }) => /^(expand|rollback from relaxed)$/.test(what));

it.each(some)(
  '$what in a crowd of short transactions holds a reader up for one lock timeout, not for one a table',
  async (step) => {
    const { result, longest } = await measureInCrowd(step, await databaseFor(step.from));
    expect(result).toMatchObject({ code: 0, stderr: '' });
    expect(longest?.ms ?? 0).toBeLessThanOrEqual(promisedMs);
  },
  120_000,
);

it('there is one forwards and one back', () => expect(some).toHaveLength(2));
