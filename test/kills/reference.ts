import type { Queryable } from '../../src/platform/postgres/postgres.ts';
import { type Facts, factsSql, readFacts } from './facts.ts';

/** What a command takes when nobody disturbs it, in milliseconds. */
export interface Duration {
  /** From its first connection to the database to its end. */
  readonly connectedMs: number;
  readonly allMs: number;
}

/** What a step does when it is left alone. */
export interface StepReference {
  readonly before: Facts;
  /** The schema after each of its transactions. */
  readonly between: readonly Facts[];
  readonly after: Facts;
  readonly duration: Duration;
}

/** One for each step, in their order. */
export type Reference = readonly StepReference[];

/**
 * Has the database note the facts of its own schema at the end of every transaction that changes
 * one: DDL and rights by an event trigger, rows by a trigger. In a schema of its own, so that it is
 * no fact itself.
 */
export async function noteChanges(db: Queryable): Promise<void> {
  await db.query(`
    CREATE SCHEMA reference;
    CREATE TABLE reference.noted (id bigint GENERATED ALWAYS AS IDENTITY, facts text[]);
    CREATE FUNCTION reference.note() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        UPDATE reference.noted SET facts = (SELECT array_agg(fact) FROM (${factsSql}) AS f)
        WHERE id = NEW.id;
        RETURN NULL;
      END $$;
    CREATE CONSTRAINT TRIGGER note AFTER INSERT ON reference.noted
      DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION reference.note();
    CREATE FUNCTION reference.changed_rows() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN INSERT INTO reference.noted DEFAULT VALUES; RETURN NULL; END $$;
    CREATE TRIGGER note AFTER INSERT OR UPDATE OR DELETE ON public.pgmigrations
      EXECUTE FUNCTION reference.changed_rows();
    CREATE TRIGGER note AFTER INSERT OR UPDATE OR DELETE ON public.schema_state
      EXECUTE FUNCTION reference.changed_rows();
    CREATE FUNCTION reference.changed_schema() RETURNS event_trigger LANGUAGE plpgsql AS $$
      BEGIN INSERT INTO reference.noted DEFAULT VALUES; END $$;
    CREATE EVENT TRIGGER note ON ddl_command_end EXECUTE FUNCTION reference.changed_schema();`);
}

/** Does a step and tells what it did. */
export async function learn(db: Queryable, work: () => Promise<Duration>): Promise<StepReference> {
  const before = await readFacts(db);
  await db.query('DELETE FROM reference.noted');
  const duration = await work();
  const { rows } = await db.query<{ facts: string[] }>(
    'SELECT facts FROM reference.noted ORDER BY id',
  );
  const between = rows.map(({ facts }) => new Set(facts));
  return { before, between, after: await readFacts(db), duration };
}
