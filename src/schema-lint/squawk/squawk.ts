import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { CannotLintError } from '../finding.ts';
import { excluded, pgVersion, squawkRules } from './rules.ts';

/** What squawk has found in a text. */
export interface SquawkFinding {
  readonly rule: string;
  readonly says: string;
  readonly todo: string;
  /** The character in the text, from 0. */
  readonly at: number;
}

interface Reported {
  readonly file: string;
  /** From 0. */
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly help: string | null;
  readonly rule_name: string;
}

/**
 * Runs squawk over some texts at once.
 * @returns the findings of each text, by its name.
 * @throws {CannotLintError} when squawk is not installed, or does not work here.
 */
export async function squawk(
  texts: ReadonlyMap<string, string>,
): Promise<Map<string, SquawkFinding[]>> {
  const folder = await mkdtemp(join(tmpdir(), 'scaleretail-lint-'));
  try {
    const paths = await Promise.all(
      [...texts].map(async ([name, text]) => {
        const path = join(folder, `${name}.sql`);
        await writeFile(path, text);
        return path;
      }),
    );
    const reported = paths.length === 0 ? [] : await runOn(folder, paths);
    return new Map([...texts].map(([name, text]) => [name, findingsFor(name, text, reported)]));
  } finally {
    await rm(folder, { recursive: true });
  }
}

function findingsFor(name: string, text: string, reported: readonly Reported[]): SquawkFinding[] {
  return reported
    .filter(({ file, rule_name }) => basename(file, '.sql') === name && rule_name !== notItsOffice)
    .map(({ rule_name, message, help, line, column }) => ({
      rule: `squawk/${rule_name}`,
      says: firstSentence(message),
      todo: squawkRules[rule_name]?.todo ?? help ?? 'see squawkhq.com',
      at: text.split('\n').slice(0, line).join('\n').length + Math.min(line, 1) + column,
    }));
}

/** Whether SQL is SQL, PostgreSQL's own grammar says. */
const notItsOffice = 'syntax-error';

function firstSentence(text: string): string {
  return text.replace(/\.(\s[\s\S]*)?$/, '').trim();
}

async function runOn(folder: string, paths: readonly string[]): Promise<readonly Reported[]> {
  const rules = excluded.flatMap((rule) => ['--exclude', rule]);
  const words = ['--reporter', 'json', '--pg-version', pgVersion, ...rules, ...paths];
  // In the folder of its own, so that no .squawk.toml on the way has a say.
  const options = { cwd: folder, maxBuffer: 64 * 1024 * 1024 };
  const output = await new Promise<string>((resolve, reject) => {
    execFile(binary(), words, options, (error, stdout) => {
      // Exit code 1 is "there are findings", and then they are on standard output.
      if (error === null || stdout !== '') resolve(stdout);
      else reject(new CannotLintError(`squawk does not run here: ${error.message.trim()}`));
    });
  });
  return JSON.parse(output);
}

/** @throws {CannotLintError} */
function binary(): string {
  const name = process.platform === 'win32' ? 'squawk.exe' : 'squawk';
  const program = `@squawk-cli/${process.platform}-${process.arch}`;
  const squawkCli = resolved(import.meta.url, 'squawk-cli/package.json', 'squawk-cli');
  return resolved(squawkCli, `${program}/bin/${name}`, program);
}

function resolved(from: string, path: string, name: string): string {
  try {
    return createRequire(from).resolve(path);
  } catch (cause) {
    throw new CannotLintError(
      `${name} is not installed: install the development dependencies with "npm ci --include=dev"`,
      { cause },
    );
  }
}
