import type { Finding } from '../finding.ts';
import type { Context, Rule } from '../rules/rule.ts';
import { migrationRules } from '../rules/rules.ts';
import { type Grammar, SyntaxFault } from '../sql/grammar.ts';
import { squawk } from '../squawk/squawk.ts';
import { type Event, eventsOf } from './events.ts';
import { fileFindings } from './file-rules.ts';
import { eventsBefore, type ReadScript } from './history.ts';
import type { Plan } from './plan.ts';
import { filesIn, inPlannedOrder, type Script, scriptsOf } from './scripts.ts';

export interface MigrationsResult {
  readonly findings: readonly Finding[];
  readonly sources: ReadonlyMap<string, string>;
  /** How many migrations were looked at. */
  readonly count: number;
}

/**
 * Lints a folder of migrations by what node-pg-migrate makes of them.
 * @throws {CannotLintError} when a migration cannot be run, or squawk is missing.
 */
export async function lintMigrations(
  root: string,
  folder: string,
  plan: Plan,
  grammar: Grammar,
): Promise<MigrationsResult> {
  const files = await filesIn(root, folder);
  const scripts = await scriptsOf(folder, inPlannedOrder(files, plan), plan);
  const findings = [
    ...fileFindings(files, plan.migrations),
    ...ownFindings(scripts, plan, grammar),
    ...(await squawkFindings(scripts, grammar)),
  ];
  const sources = new Map(scripts.map(({ file, lines }) => [file, lines.text]));
  return { findings, sources, count: files.length };
}

function ownFindings(scripts: readonly Script[], plan: Plan, grammar: Grammar): Finding[] {
  const faults: Finding[] = [];
  const all = scripts.map((script): ReadScript => {
    try {
      return { script, events: eventsOf(script, grammar) };
    } catch (error) {
      if (!(error instanceof SyntaxFault)) throw error;
      faults.push(unreadable(script, error));
      return { script, events: [] };
    }
  });
  return [...faults, ...all.flatMap((one) => findingsIn(one, eventsBefore(one, all), plan))];
}

function findingsIn({ script, events }: ReadScript, before: readonly Event[], plan: Plan) {
  return events.flatMap((event) => {
    const past = [...before, ...events.filter(({ statement }) => statement < event.statement)];
    return broken(script, event, { past, together: events, oldColumns: plan.oldColumns });
  });
}

function broken(script: Script, event: Event, context: Context): Finding[] {
  return migrationRules
    .filter(({ directions }: Rule) => directions.includes(event.direction))
    .flatMap(({ id, todo, finds }) => {
      const says = finds(event, context);
      if (says === undefined) return [];
      const { query, action, begins } = event;
      return [{ ...place(script, query.sql, action.at, begins), rule: id, says, todo }];
    });
}

function place({ file, lines, direction }: Script, sql: string, at: number, begins: number) {
  const lineOf = (offset: number) => lines.lineOf(sql, offset, direction);
  return { file, line: lineOf(at), begins: lineOf(begins) };
}

function unreadable(script: Script, { sql, at, message }: SyntaxFault): Finding {
  const says = `PostgreSQL cannot read this: ${message} (42601)`;
  return { ...place(script, sql, at, at), rule: 'syntax', says, todo: 'correct it' };
}

async function squawkFindings(scripts: readonly Script[], grammar: Grammar): Promise<Finding[]> {
  const named = scripts.map((script) => {
    const { migration, direction, emitted } = script;
    return { script, name: `${migration.name}.${direction}`, text: emitted.everything.join('\n') };
  });
  const found = await squawk(new Map(named.map(({ name, text }) => [name, text])));
  return named.flatMap(({ script, name }) =>
    (found.get(name) ?? []).map(({ rule, says, todo, at }) => {
      const { sql, offset } = queryAt(script.emitted.everything, at);
      const begins = beginOf(sql, offset, grammar);
      return { ...place(script, sql, offset, begins), rule, says, todo };
    }),
  );
}

function beginOf(sql: string, offset: number, grammar: Grammar): number {
  try {
    return grammar.statements(sql).findLast(({ at }) => at <= offset)?.at ?? offset;
  } catch (error) {
    if (error instanceof SyntaxFault) return offset; // which is a finding of its own
    throw error;
  }
}

/** The query that a place in all the emitted SQL belongs to. */
function queryAt(everything: readonly string[], at: number): { sql: string; offset: number } {
  let begin = 0;
  for (const sql of everything) {
    if (at <= begin + sql.length) return { sql, offset: at - begin };
    begin += sql.length + 1;
  }
  return { sql: '', offset: 0 };
}
