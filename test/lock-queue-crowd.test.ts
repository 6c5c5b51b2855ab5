import { expect, it } from 'vitest';
import { held, measureInCrowd, onceMoreUnlessHeld } from './lock-queue/measure.ts';
import { lockingSteps } from './lock-queue/steps.ts';
import { databaseFor } from './support/database.ts';

it.each(lockingSteps)(
  '$what in a crowd of short transactions holds a reader up for one lock timeout, not for one a table',
  async (step) => {
    const measured = await onceMoreUnlessHeld(async () =>
      measureInCrowd(step, await databaseFor(step.from)),
    );
    expect(measured.result).toMatchObject({ code: 0, stderr: '' });
    expect(measured).toSatisfy(held);
  },
  120_000,
);
