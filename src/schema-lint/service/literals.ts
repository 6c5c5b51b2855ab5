import type { Program } from 'oxc-parser';
import { CannotLintError } from '../finding.ts';

/** Text that the code may send to the database, put together as far as it can be read. */
export interface Literal {
  /** Holes of a template are names, so that it reads as SQL: `${columns}` is `hole`. */
  readonly text: string;
  readonly hasHoles: boolean;
  /** Turns a place in `text` into one in the file. */
  readonly offsetAt: (at: number) => number;
}

export type ReadLiterals = (path: string, source: string) => Literal[];

/** What stands for a hole: a name that a table or column may have. */
export const hole = 'hole';

/** @throws {CannotLintError} when the development dependencies are not installed. */
export async function loadLiteralReader(): Promise<ReadLiterals> {
  const { parseSync } = await import('oxc-parser').catch((cause: unknown) => {
    throw new CannotLintError(
      'oxc-parser is not installed: install the development dependencies with "npm ci --include=dev"',
      { cause },
    );
  });
  return (path, source) => {
    const { program, errors } = parseSync(path, source);
    const [error] = errors;
    if (error !== undefined)
      throw new CannotLintError(`${path} is no TypeScript: ${error.message}`);
    return [...literalsIn(program)];
  };
}

/** A piece of a text: what is written in the code from `start` on, or a hole. */
interface Piece {
  readonly text: string;
  readonly start: number;
  readonly isHole: boolean;
}

interface Syntax {
  readonly type: string;
  readonly start: number;
  readonly [field: string]: unknown;
}

function isSyntax(value: unknown): value is Syntax {
  return typeof value === 'object' && value !== null && 'type' in value;
}

function* literalsIn(tree: Program | unknown): Generator<Literal> {
  if (Array.isArray(tree)) {
    for (const part of tree) yield* literalsIn(part);
  } else if (isSyntax(tree)) {
    const pieces = piecesOf(tree);
    if (pieces !== undefined) yield join(pieces);
    for (const part of pieces === undefined ? Object.values(tree) : holesOf(tree)) {
      yield* literalsIn(part);
    }
  }
}

/** Undefined for what is no text; a sum is one as soon as a side of it is. */
function piecesOf(node: Syntax): Piece[] | undefined {
  if (node.type === 'Literal' && typeof node.value === 'string') {
    return [{ text: node.value, start: node.start + 1, isHole: false }];
  }
  if (node.type === 'TemplateLiteral') return templatePieces(node);
  if (node.type !== 'BinaryExpression' || node.operator !== '+') return undefined;
  const sides = [node.left, node.right]
    .filter(isSyntax)
    .map((side) => ({ side, pieces: piecesOf(side) }));
  if (sides.every(({ pieces }) => pieces === undefined)) return undefined;
  return sides.flatMap(({ side, pieces }) => pieces ?? [holeAt(side.start)]);
}

function templatePieces(node: Syntax): Piece[] {
  const quasis = node.quasis as readonly (Syntax & {
    value: { cooked: string | null; raw: string };
  })[];
  const holes = node.expressions as readonly Syntax[];
  return quasis.flatMap(({ value, start }, index) => {
    const expression = holes[index];
    const text = value.cooked ?? value.raw;
    const piece = { text, start: start + 1, isHole: false };
    return expression === undefined ? [piece] : [piece, holeAt(expression.start)];
  });
}

function holeAt(start: number): Piece {
  return { text: hole, start, isHole: true };
}

/** What is inside a text and may hold texts of its own. */
function* holesOf(node: Syntax): Generator<unknown> {
  if (node.type === 'TemplateLiteral') yield node.expressions;
  if (node.type !== 'BinaryExpression') return;
  for (const side of [node.left, node.right].filter(isSyntax)) {
    if (piecesOf(side) === undefined) yield side;
    else yield* holesOf(side);
  }
}

function join(pieces: readonly Piece[]): Literal {
  return {
    text: pieces.map(({ text }) => text).join(''),
    hasHoles: pieces.some(({ isHole }) => isHole),
    offsetAt(at) {
      let begin = 0;
      for (const { text, start, isHole } of pieces) {
        if (at < begin + text.length) return isHole ? start : start + at - begin;
        begin += text.length;
      }
      return pieces[0]?.start ?? 0;
    },
  };
}
