import { describe, expect, it } from 'vitest';
import {
  ConfigError,
  type Fields,
  maskUrl,
  name,
  oneOf,
  optional,
  readFields,
  share,
  text,
  url,
  whole,
} from './fields.ts';

interface Sample {
  readonly colour: string;
  readonly count: number;
  readonly address: string;
  readonly note: string | undefined;
}

const fields: Fields<Sample> = {
  colour: { name: 'COLOUR', read: oneOf(['red', 'green']), means: 'paint' },
  count: { name: 'COUNT', read: whole(1, 9), means: 'how many', otherwise: '3' },
  address: { name: 'ADDRESS', read: url('http:', 'https:'), means: 'where', mask: maskUrl },
  note: { name: 'NOTE', read: optional(text), means: 'anything', otherwise: '' },
};

const good = { COLOUR: 'red', ADDRESS: 'http://shop.example/' };

function problemsOf(env: Record<string, string>): readonly string[] {
  try {
    readFields(fields, env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe('readFields', () => {
  it('takes what is given and the default of what is not', () => {
    const values = { colour: 'red', count: 3, address: 'http://shop.example/', note: undefined };
    expect(readFields(fields, good)).toEqual(values);
    expect(readFields(fields, { ...good, COUNT: '9', NOTE: 'x' })).toEqual({
      ...values,
      count: 9,
      note: 'x',
    });
  });

  it('takes an empty variable for one that is not set', () => {
    expect(readFields(fields, { ...good, COUNT: '', NOTE: '' })).toEqual(readFields(fields, good));
    expect(problemsOf({ ...good, COLOUR: '' })).toEqual(['COLOUR is not set: paint']);
  });

  it('names every wrong variable at once, with its value and what is allowed', () => {
    const wrong = { COLOUR: 'blue', COUNT: '10', ADDRESS: 'ftp://shop.example/' };
    const told = [
      'COLOUR is "blue": must be one of red, green',
      'COUNT is "10": must be a whole number from 1 to 9',
      'ADDRESS is "ftp://shop.example/": must be a URL that starts with http:// or https://',
    ];
    expect(problemsOf(wrong)).toEqual(told);
    expect(() => readFields(fields, wrong)).toThrow(`\n  ${told.join('\n  ')}`);
  });

  it.each(['0', '10', '-1', '1.5', '1e0', '0x1', ' 1', 'one'])(
    'takes "%s" for no number',
    (given) => {
      expect(problemsOf({ ...good, COUNT: given })).toHaveLength(1);
    },
  );
});

describe('name', () => {
  const read = name(5);
  it.each(['a', 'r1-2', 'A_.9z'])('takes "%s"', (given) => {
    expect(read(given)).toBe(given);
  });
  it.each(['', 'a b', 'a/b', 'é', 'a\nb', 'longer'])('refuses %j', (given) => {
    expect(() => read(given)).toThrow(TypeError);
  });
});

describe('maskUrl', () => {
  const shown: readonly [string, string][] = [
    ['postgres://shop:secret@db.example:5432/shop', 'postgres://shop:***@db.example:5432/shop'],
    ['redis://:secret@cache.example', 'redis://:***@cache.example'],
    ['postgres://shop@db.example/shop', 'postgres://shop@db.example/shop'],
    ['postgres://db.example/shop?password=secret', 'postgres://db.example/shop?password=***'],
    ['shop:secret@db.example/shop', '***'],
    ['postgres://shop:secret@db.example:99999/shop', '***'],
    ['host=db.example password=secret', '***'],
    ['db.example', 'db.example'],
  ];
  it.each(shown)('shows %s as %s', (given, masked) => {
    expect(maskUrl(given)).toBe(masked);
  });

  it('is what a wrong address is told with', () => {
    const [told] = problemsOf({ ...good, ADDRESS: 'ftp://shop:secret@shop.example/' });
    expect(told).toContain('ADDRESS is "ftp://shop:***@shop.example/"');
    expect(told).not.toContain('secret');
  });
});

describe('a share', () => {
  it.each([
    ['0', 0],
    ['0.25', 0.25],
    ['1', 1],
    ['1.0', 1],
  ])('is read: %s', (given, is) => expect(share(given)).toBe(is));

  it.each(['-0.1', '1.1', '.5', '50%', '1e-1', '', 'half'])('is not %j', (given) => {
    expect(() => share(given)).toThrow('a share from 0 to 1');
  });
});
