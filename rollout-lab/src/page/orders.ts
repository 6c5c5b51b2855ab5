import { RefusedError } from './refused.ts';

/** What somebody at the page may ask for. */
export type PageOrder =
  | {
      readonly do: 'start';
      readonly strategy: string;
      readonly candidate: string;
      readonly change: string | null;
      readonly quick: boolean;
    }
  | { readonly do: 'pause' | 'resume' | 'promote' | 'abort' }
  | {
      readonly do: 'flag';
      readonly name: string;
      readonly enabled: boolean;
      readonly rollout: number;
    }
  | { readonly do: 'kill'; readonly replica: string }
  | { readonly do: 'stall'; readonly seconds: number };

type Fields = Readonly<Record<string, unknown>>;

/** The database may stand still for so long; more than every client's patience shows nothing new. */
const longestStallSeconds = 10;

const parsers: Readonly<Record<string, (fields: Fields) => PageOrder>> = {
  start: (fields) => ({
    do: 'start',
    strategy: text(fields, 'strategy'),
    candidate: text(fields, 'candidate'),
    change: fields.change === undefined ? null : text(fields, 'change'),
    quick: fields.quick === undefined ? false : truth(fields, 'quick'),
  }),
  pause: () => ({ do: 'pause' }),
  resume: () => ({ do: 'resume' }),
  promote: () => ({ do: 'promote' }),
  abort: () => ({ do: 'abort' }),
  flag: (fields) => ({
    do: 'flag',
    name: text(fields, 'name'),
    enabled: truth(fields, 'enabled'),
    rollout: amount(fields, 'rollout', 0, 100),
  }),
  kill: (fields) => ({ do: 'kill', replica: text(fields, 'replica') }),
  stall: (fields) => ({ do: 'stall', seconds: amount(fields, 'seconds', 1, longestStallSeconds) }),
};

/** @throws {RefusedError} 400, with the field that is wrong. */
export function parseOrder(body: string): PageOrder {
  const fields = fieldsOf(body);
  const asked = text(fields, 'do');
  const parse = Object.hasOwn(parsers, asked) ? parsers[asked] : undefined;
  if (parse === undefined) {
    throw new RefusedError(400, `"do" must be one of ${Object.keys(parsers).join(', ')}`);
  }
  return parse(fields);
}

function fieldsOf(body: string): Fields {
  try {
    const parsed: unknown = JSON.parse(body);
    if (typeof parsed === 'object' && parsed !== null) return { ...parsed };
  } catch {
    // Told below.
  }
  throw new RefusedError(400, 'the body must be a JSON object');
}

function text(fields: Fields, name: string): string {
  const value = fields[name];
  if (typeof value === 'string' && value !== '') return value;
  throw new RefusedError(400, `"${name}" must be a text`);
}

function truth(fields: Fields, name: string): boolean {
  const value = fields[name];
  if (typeof value === 'boolean') return value;
  throw new RefusedError(400, `"${name}" must be true or false`);
}

function amount(fields: Fields, name: string, least: number, most: number): number {
  const value = fields[name];
  if (typeof value === 'number' && value >= least && value <= most) return value;
  throw new RefusedError(400, `"${name}" must be a number from ${least} to ${most}`);
}
