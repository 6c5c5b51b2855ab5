import { describe, expect, it } from 'vitest';
import { completeDocument, type Document, type Extras, extrasKey } from './openapi-document.ts';
import type { ProblemTable } from './openapi-problems.ts';

const table: ProblemTable = {
  'too-hot': { status: 409, means: 'Wait.', headers: ['retry-after'] },
  'too-cold': { status: 409, means: 'Warm it.' },
  broken: { status: 500, means: 'Our fault.' },
};

const tea = { title: 'Tea', type: 'object', properties: { title: { type: 'string' } } };

/** A document with one operation, as the routes make it. */
function documentWith(extras: Partial<Extras>, schema: object = tea): Document {
  const content = { 'application/json': { schema, example: { title: 'Earl Grey' } } };
  return {
    paths: {
      '/tea': {
        get: {
          responses: { 200: { description: 'Tea.', content } },
          [extrasKey]: { implied: ['broken'], own: [], headers: {}, ...extras },
        },
      },
    },
    components: { schemas: {} },
  };
}

const responsesOf = ({ paths }: Document) => paths['/tea']?.get?.responses;

describe('completeDocument', () => {
  it('refers to what an operation ends in by its kind, and describes what is its own', () => {
    const document = completeDocument(documentWith({ own: ['too-hot', 'too-cold'] }), table);
    expect(responsesOf(document)).toMatchObject({
      409: {
        description: '`too-hot`: Wait.\n\n`too-cold`: Warm it.',
        content: {
          'application/problem+json': {
            schema: {
              allOf: [{ $ref: '#/components/schemas/Problem' }],
              properties: { status: { const: 409 }, code: { enum: ['too-hot', 'too-cold'] } },
            },
          },
        },
      },
      500: { $ref: '#/components/responses/InternalServerError' },
    });
    expect(document.components.responses).toHaveProperty('InternalServerError');
    expect(document.components.schemas).toHaveProperty('Problem');
  });

  it('says that a header is there only when it is there with every code', () => {
    const certain = completeDocument(documentWith({ own: ['too-hot'] }), table);
    const perhaps = completeDocument(documentWith({ own: ['too-hot', 'too-cold'] }), table);
    const retry = { 'retry-after': { $ref: '#/components/headers/retry-after' } };
    expect(responsesOf(certain)?.[409]).toMatchObject({ headers: retry });
    expect(responsesOf(perhaps)?.[409]).toMatchObject({ headers: { 'retry-after': {} } });
    expect(responsesOf(perhaps)?.[409]).not.toMatchObject({ headers: retry });
  });

  it('gives a schema with a title one place, and leaves values as they are', () => {
    const document = completeDocument(documentWith({}, { type: 'array', items: tea }), table);
    expect(document.components.schemas.Tea).toEqual(tea);
    expect(responsesOf(document)?.[200]).toMatchObject({
      content: {
        'application/json': {
          schema: { type: 'array', items: { $ref: '#/components/schemas/Tea' } },
          example: { title: 'Earl Grey' },
        },
      },
    });
  });

  it('refuses two schemas with one title, and a code that the table does not have', () => {
    const other = { type: 'array', items: tea, contains: { ...tea, type: 'string' } };
    expect(() => completeDocument(documentWith({}, other), table)).toThrow('title "Tea"');
    expect(() => completeDocument(documentWith({ own: ['lost'] }), table)).toThrow('no "lost"');
  });
});
