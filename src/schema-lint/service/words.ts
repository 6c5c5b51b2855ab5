import type { ScanToken } from 'libpg-query';
import { characterOffsets, type Grammar } from '../sql/grammar.ts';
import type { Literal } from './literals.ts';

export interface Word {
  /** In capitals. */
  readonly text: string;
  readonly at: number;
}

/** The words of a text as PostgreSQL's lexer has them, comments left out; none when it has no end. */
export function wordsOf(text: string, grammar: Grammar): Word[] {
  const characters = characterOffsets(text);
  let tokens: ScanToken[];
  try {
    tokens = grammar.tokens(text);
  } catch {
    return []; // a quote that is not closed: no SQL
  }
  return tokens
    .filter(({ tokenName }) => !/COMMENT/.test(tokenName))
    .map(({ text: word, start }) => ({ text: word.toUpperCase(), at: characters(start) }));
}

const verbs: ReadonlySet<string> = new Set([
  'SELECT',
  'INSERT',
  'UPDATE',
  'DELETE',
  'MERGE',
  'WITH',
]);

/**
 * Whether a text is SQL that runs. A sentence may begin with one of the verbs too: then PostgreSQL
 * cannot read it. With holes in it that cannot be asked, and the verb has to do.
 */
export function isStatement(words: readonly Word[], literal: Literal, grammar: Grammar): boolean {
  if (!verbs.has(words[0]?.text ?? '')) return false;
  if (literal.hasHoles) return true;
  try {
    return grammar.statements(literal.text).length > 0;
  } catch {
    return false;
  }
}
