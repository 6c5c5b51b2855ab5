import type pg from 'pg';
import { type ChangeName, changes } from '../changes/changes.ts';
import type { SchemaConfig } from '../config.ts';
import type { SchemaChange } from '../schema-change/change.ts';
import { changeUnderWay } from '../schema-change/change-releases.ts';
import { readSchema } from '../schema-change/schema-state.ts';
import type { Output } from './output.ts';

/** What a command works with. */
export interface Session {
  readonly config: SchemaConfig;
  readonly pool: pg.Pool;
  readonly output: Output;
  readonly signal: AbortSignal;
}

/** Does the command's work and gives its exit code. */
export type Work<Options> = (session: Session, options: Options) => Promise<number>;

export interface Common {
  readonly json: boolean;
  /** The change by its name; absent: the one that is under way. */
  readonly change?: ChangeName;
}

/** The change that a command is about: the one that is named, or else the one that is chosen. */
export async function changeOf(
  pool: pg.Pool,
  { change }: Pick<Common, 'change'>,
  choose: typeof changeUnderWay = changeUnderWay,
): Promise<SchemaChange> {
  const named = changes.find(({ name }) => name === change);
  return named ?? choose(changes, await readSchema(pool));
}
