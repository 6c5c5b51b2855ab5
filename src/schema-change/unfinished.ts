import type { Queryable } from '../platform/postgres/postgres.ts';
import { lastBrownout } from './brownout/record.ts';
import type { SchemaChange } from './change.ts';
import { readSchema } from './schema-state.ts';

/** What was begun and left, a sentence each with what to do about it. Every command says so. */
export async function unfinished(
  db: Queryable,
  changes: readonly SchemaChange[],
): Promise<string[]> {
  const schema = await readSchema(db);
  if (schema === null) return [];
  const found: string[] = [];
  for (const { name } of changes) {
    const last = await lastBrownout(db, name);
    if (last?.abandoned === true) {
      found.push(
        `the brownout of ${name} was left by ${last.watcher}: the service has no rights on the old columns and nobody watches; go on with "npm run schema -- brownout" or give them back with "npm run schema -- brownout --undo"`,
      );
    }
    const back = schema.goingBack.get(name);
    if (back !== undefined) {
      found.push(
        `${name} is on its way back to "${back}": go on with "npm run schema -- rollback --to ${back}", or stay with "npm run schema -- rollback --cancel"`,
      );
    }
  }
  return found;
}
