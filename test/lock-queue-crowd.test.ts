import { describe, expect, it } from 'vitest';
import { startCrowd } from './lock-queue/crowd.ts';
import { measure, promisedMs } from './lock-queue/measure.ts';
import { lockingSteps, prepare, tables } from './lock-queue/steps.ts';
import { databaseFor } from './support/database.ts';
import { schema } from './support/schema-command.ts';

describe.each(lockingSteps)('$what in a crowd of short transactions', (step) => {
  it('holds a reader up for one lock timeout, not for one a table', async () => {
    const database = await databaseFor(step.from);
    await prepare(step, database);
    const crowds = await Promise.all(tables.map((table) => startCrowd(database.url, table, 200)));
    const { result, longest } = await measure(database.url, () =>
      schema(database.url, ...step.args),
    );
    await Promise.all(crowds.map((crowd) => crowd.stop()));
    expect(result).toMatchObject({ code: 0, stderr: '' });
    expect(longest?.ms ?? 0).toBeLessThanOrEqual(promisedMs);
  });
});
