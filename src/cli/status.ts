import type pg from 'pg';
import { changes } from '../changes/changes.ts';
import type { SchemaState } from '../releases.ts';
import { overviewOf } from '../schema-change/overview.ts';
import { readSchema, stateOf } from '../schema-change/schema-state.ts';
import { type Common, changeOf, type Work } from './session.ts';
import { drawStatus } from './status-drawing.ts';

/** How far a change is; null where the database is empty. */
export interface Stand {
  readonly change: string;
  readonly state: SchemaState | null;
  readonly goingBackTo: SchemaState | null;
}

export const status: Work<Common> = async ({ pool, output }, flags) => {
  const view = await overviewOf(pool, await changeOf(pool, flags));
  const stands = await standsOf(pool);
  output.result({ ...view, changes: stands }, drawStatus(view, stands, new Date()));
  return 0;
};

async function standsOf(pool: pg.Pool): Promise<Stand[]> {
  const schema = await readSchema(pool);
  return changes.map(({ name: change }) => ({
    change,
    state: schema === null ? null : stateOf(schema, change),
    goingBackTo: schema?.goingBack.get(change) ?? null,
  }));
}
