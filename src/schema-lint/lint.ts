import { withAllowances } from './allowances.ts';
import { type Finding, inOrder } from './finding.ts';
import { lintMigrations } from './migrations/lint-migrations.ts';
import type { Plan } from './migrations/plan.ts';
import { lintService } from './service/service.ts';
import { loadGrammar } from './sql/grammar.ts';

export interface LintOptions {
  /** Files are told from here. */
  readonly root: string;
  readonly migrations: string;
  readonly plan: Plan;
  /** The folder with the service's own SQL; null: only the migrations. */
  readonly service: string | null;
}

export interface LintResult {
  readonly findings: readonly Finding[];
  readonly migrations: number;
  readonly sources: number;
}

/**
 * Looks for what would break a running release or stop its traffic, in the SQL that the migrations
 * emit and in the service's own. Needs no database.
 *
 * @throws {CannotLintError} when a tool is missing or a file cannot be run.
 */
export async function lint(options: LintOptions): Promise<LintResult> {
  const { root, migrations: folder, plan, service } = options;
  const grammar = await loadGrammar();
  const migrations = await lintMigrations(root, folder, plan, grammar);
  const code = service === null ? nothing : await lintService(root, service, grammar);
  const sources = new Map([...migrations.sources, ...code.sources]);
  const findings = withAllowances([...migrations.findings, ...code.findings], sources);
  return {
    findings: inOrder(findings),
    migrations: migrations.count,
    sources: code.sources.size,
  };
}

const nothing = { findings: [], sources: new Map<string, string>() };
