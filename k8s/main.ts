import { writeFile } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import { Command, CommanderError } from 'commander';
import { createChecker, type Finding } from './check/check.ts';
import { MissingToolError, NoKustomizationError, SchemasError } from './check/errors.ts';
import { type Overlay, overlays } from './check/overlays.ts';
import { rulesFile, rulesText } from './check/rules-file.ts';
import { rules } from './policy/rules.ts';

/** 69 is EX_UNAVAILABLE of sysexits.h: what the check stands on is not there. */
const exitCodes = { findings: 1, usage: 2, unavailable: 69 } as const;

function buildProgram(): Command {
  const program = new Command('k8s')
    .description('Renders the manifests, and compares them with the schemas and the rules.')
    .showHelpAfterError()
    .exitOverride();
  program
    .command('check')
    .description('every overlay, or the kustomizations that are named')
    .argument('[folder...]', 'folders with a kustomization.yaml')
    .exitOverride()
    .action(check);
  program
    .command('rules')
    .description('write the rules of monitoring/alerts.yml for the Prometheus operator')
    .exitOverride()
    .action(() => writeFile(rulesFile, rulesText()));
  return program;
}

async function check(folders: readonly string[]): Promise<void> {
  const checkOne = createChecker(rules);
  const findings: Finding[] = [];
  for (const { name, folder } of folders.length === 0 ? overlays() : folders.map(overlayAt)) {
    const checked = await checkOne(name, folder);
    const count = checked.findings.length;
    const verdict = count === 0 ? 'clean' : `${count} findings`;
    process.stdout.write(`${name}: ${checked.objects.length} objects, ${verdict}\n`);
    findings.push(...checked.findings);
  }
  for (const finding of findings) process.stdout.write(`${lineOf(finding)}\n`);
  if (findings.length > 0) process.exitCode = exitCodes.findings;
}

function overlayAt(folder: string): Overlay {
  return { name: relative(process.cwd(), resolve(folder)) || '.', folder };
}

function lineOf({ overlay, object, path, problem, remedy, rule }: Finding): string {
  return `${overlay} ${object}: ${path}: ${problem}: ${remedy} [${rule}]`;
}

function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : exitCodes.usage;
  if (error instanceof NoKustomizationError) return exitCodes.usage;
  const away = error instanceof MissingToolError || error instanceof SchemasError;
  return away ? exitCodes.unavailable : exitCodes.findings;
}

try {
  await buildProgram().parseAsync();
} catch (error) {
  const expected = [MissingToolError, NoKustomizationError, SchemasError];
  if (!(error instanceof CommanderError)) {
    const known = expected.some((kind) => error instanceof kind);
    process.stderr.write(`${known ? (error as Error).message : (error as Error).stack}\n`);
  }
  process.exit(exitCodeOf(error));
}
