import { makeRequest } from '../load/requests.ts';
import type { Variant } from '../scenarios.ts';
import type { Shop } from './shop.ts';
import type { World } from './world.ts';

/** Two variants do not answer alike, so that their speeds cannot be compared. */
export class AnswersDifferError extends Error {
  constructor(what: string, answers: readonly string[]) {
    super(`${what} is answered in different ways:\n${answers.join('\n')}`);
    this.name = 'AnswersDifferError';
  }
}

/** What release 2.0 adds for its own clients. */
const added = new Set(['amount', 'unitAmount']);
/** What is another one in every new order. */
const unique = new Set(['id', 'createdAt']);

/**
 * Asks each variant for the same order, and to place the same one, before anything is measured.
 *
 * @throws {AnswersDifferError} when they do not say the same.
 */
export async function checkSameAnswers(
  world: World,
  variants: readonly Variant[],
  shop: Shop,
): Promise<void> {
  const source = { shop, tokens: world.tokens, payableFrom: 0 };
  for (const kind of ['read', 'create'] as const) {
    const answers: string[] = [];
    for (const variant of variants) {
      if (variant === 'pgbench') continue;
      const running = await world.start(variant);
      const request = makeRequest[kind](0, {
        ...source,
        keyPrefix: `check-${crypto.randomUUID()}`,
      });
      const { path, ...init } = request;
      const answer = await fetch(`${running?.url}${path}`, init);
      answers.push(`${answer.status} ${comparable(await answer.text(), kind === 'create')}`);
    }
    if (new Set(answers).size > 1) throw new AnswersDifferError(kind, answers);
  }
}

/** The text of an answer without what may differ. */
export function comparable(body: string, isNew: boolean): string {
  const kept = (key: string, value: unknown) =>
    added.has(key) || (isNew && unique.has(key)) ? undefined : value;
  return JSON.stringify(JSON.parse(body), kept);
}
