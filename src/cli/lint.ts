import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { changes } from '../changes/changes.ts';
import { exitCodes } from '../platform/process/exit.ts';
import { compareReleases, releaseNames, releaseOf } from '../releases.ts';
import { onlyNew } from '../schema-change/change-releases.ts';
import { plan } from '../schema-change/migration-plan.ts';
import type { Finding } from '../schema-lint/finding.ts';
import { type LintResult, lint } from '../schema-lint/lint.ts';
import type { Plan, PlannedMigration } from '../schema-lint/migrations/plan.ts';
import { createOutput } from './output.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** What the table of releases and the changes say of this repository's migrations. */
export function lintPlan(): Plan {
  const oldColumns = changes.flatMap(({ tables }) =>
    tables.flatMap(({ table, old }) => old.map(({ name }) => `${table}.${name}`)),
  );
  return { migrations: plan.map(planned), oldColumns: new Set(oldColumns) };
}

function planned({ name, step, release }: (typeof plan)[number]): PlannedMigration {
  const change = releaseOf(release).ships;
  const stoppedIn = releaseNames.find(
    (older) =>
      change !== null && compareReleases(older, release) < 0 && onlyNew(releaseOf(older), change),
  );
  return { name, step, release, stoppedIn: stoppedIn ?? null };
}

/** Lints this repository, or another folder of migrations by the names of its files alone. */
function run(folder: string | undefined): Promise<LintResult> {
  if (folder === undefined) {
    const [migrations, service] = [resolve(root, 'migrations'), resolve(root, 'src')];
    return lint({ root, migrations, service, plan: lintPlan() });
  }
  const unlisted = { migrations: null, oldColumns: new Set<string>() };
  const migrations = resolve(folder);
  return lint({ root: process.cwd(), migrations, service: null, plan: unlisted });
}

/** Adds the command; it opens no database, so it has no part in what the others share. */
export function addLint(program: Command): void {
  program
    .command('lint')
    .description('look for what would break a running release, in migrations/ and in src/')
    .option('--folder <dir>', 'another folder of migrations, by the names of its files alone')
    .option('--json', 'print one JSON document', false)
    .exitOverride()
    .action(async ({ folder, json }: { folder?: string; json: boolean }) => {
      const result = await run(folder);
      createOutput(json).result(summary(result), lintLines(result));
      process.exitCode = result.findings.length === 0 ? 0 : exitCodes.failed;
    });
}

function summary({ findings, ...counts }: LintResult) {
  return {
    ...counts,
    findings: findings.map(({ file, line, rule, says, todo }) => ({
      file,
      line,
      rule,
      says,
      todo,
    })),
  };
}

function lintLines({ findings, migrations, sources }: LintResult): string[] {
  const seen = `${migrations} ${migrations === 1 ? 'migration' : 'migrations'}`;
  const where = sources === 0 ? seen : `${seen} and ${sources} files of src/`;
  const found = findings.length === 0 ? 'nothing found' : `${findings.length} found`;
  return [...findings.map(lineOf), `${where}: ${found}`];
}

function lineOf({ file, line, rule, says, todo }: Finding): string {
  return `${file}:${line}  ${rule}  ${says} → ${todo}`;
}
