import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { Finding } from '../finding.ts';
import type { Grammar } from '../sql/grammar.ts';
import { type Literal, loadLiteralReader, type ReadLiterals } from './literals.ts';
import { type ServiceRule, serviceRules } from './rules.ts';
import { isStatement, wordsOf } from './words.ts';

/** What was found in the service's own SQL, and the texts of the files by their names. */
export interface ServiceResult {
  readonly findings: readonly Finding[];
  readonly sources: ReadonlyMap<string, string>;
}

/**
 * Looks through every text in the TypeScript of a folder, tests left out.
 * @throws {CannotLintError} when a file cannot be read as TypeScript, or the parser is missing.
 */
export async function lintService(
  root: string,
  folder: string,
  grammar: Grammar,
): Promise<ServiceResult> {
  const read = await loadLiteralReader();
  const sources = new Map<string, string>();
  for (const entry of await readdir(folder, { recursive: true })) {
    if (!entry.endsWith('.ts') || entry.endsWith('.test.ts')) continue;
    const path = join(folder, entry);
    sources.set(relative(root, path).split(sep).join('/'), await readFile(path, 'utf8'));
  }
  const findings = [...sources].flatMap(([file, text]) => lintFile(file, text, read, grammar));
  return { findings, sources };
}

function lintFile(file: string, text: string, read: ReadLiterals, grammar: Grammar): Finding[] {
  const lineAt = (offset: number) => text.slice(0, offset).split('\n').length;
  return read(file, text).flatMap((literal) =>
    [...brokenRules(literal, grammar)].map(({ rule: { id, says, todo }, at }) => ({
      file,
      line: lineAt(literal.offsetAt(at)),
      begins: lineAt(literal.offsetAt(0)),
      rule: id,
      says,
      todo,
    })),
  );
}

/** Each rule that a text breaks, and where in the text. */
function* brokenRules(
  literal: Literal,
  grammar: Grammar,
): Generator<{ rule: ServiceRule; at: number }> {
  const words = wordsOf(literal.text, grammar);
  const statement = isStatement(words, literal, grammar);
  for (const rule of serviceRules) {
    if (rule.inStatements && !statement) continue;
    for (const [index, { at }] of words.entries()) {
      if (rule.finds(words, index)) yield { rule, at };
    }
  }
}
