import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { goRegExp } from './go-regexp.ts';
import { type Schema, strict } from './strict.ts';

const ajv = new Ajv({ strict: false });
const takes = (schema: Schema, value: unknown) => ajv.validate(strict(schema), value);
const name: Schema = { type: 'object', properties: { name: { type: 'string' } } };

describe('a schema taken strictly', () => {
  it.each<[string, Schema, unknown, boolean]>([
    ['known field', name, { name: 'a' }, true],
    ['unknown field', name, { nam: 'a' }, false],
    ['field of an item', { type: 'array', items: name }, [{ nam: 'a' }], false],
    ['field of a map', { type: 'object', additionalProperties: name }, { a: { nam: 'a' } }, false],
    ['map', { type: 'object', additionalProperties: { type: 'string' } }, { a: 'b' }, true],
    ['open', { ...name, 'x-kubernetes-preserve-unknown-fields': true }, { nam: 'a' }, true],
    ['field named elsewhere', { ...name, anyOf: [{ properties: { a: {} } }] }, { name: 'a' }, true],
    ['port by number', { 'x-kubernetes-int-or-string': true }, 80, true],
    ['port as a list', { 'x-kubernetes-int-or-string': true }, [80], false],
  ])('%s', (_what, schema, value, taken) => {
    expect(takes(schema, value)).toBe(taken);
  });
});

it('a pattern of Go says for all of it that capitals do not matter', () => {
  expect(goRegExp('^(?i)(abort|warn)?$', 'u').test('Abort')).toBe(true);
  expect(goRegExp('^abort$', 'u').test('Abort')).toBe(false);
});
