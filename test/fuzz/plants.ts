import type { Document, Operation } from '../support/document.ts';

/** A fault that a run must find: in the document, or in what the service does. */
export interface Plant {
  readonly means: string;
  /** Changes the document that the fuzzer is given. */
  readonly doctor?: (document: Document) => void;
  /** Changes the environment of the service. */
  readonly env?: Readonly<Record<string, string>>;
  /** The finding that it must bring, as schemathesis calls it. */
  readonly finds: string;
}

export const plants: Readonly<Record<string, Plant>> = {
  'undocumented-status': {
    means: 'the document does not know that an order may be wrong',
    doctor: (document) => remove(operationOf(document, 'placeOrder').responses, '400'),
    finds: 'Undocumented status code',
  },
  'server-error': {
    means: 'each payment is answered with 500',
    env: { FAULTS: 'payments-fail=1' },
    finds: 'Server error',
  },
  'off-schema': {
    means: 'the document says that a product has a colour',
    doctor: (document) => {
      const { required } = schemaOf(document, 'Product');
      required?.push('colour');
    },
    finds: 'Response violates schema',
  },
  'forbidden-accepted': {
    means: 'the document allows one line an order',
    doctor: (document) => {
      Object.assign(schemaOf(document, 'NewOrder').properties?.items ?? {}, { maxItems: 1 });
    },
    finds: 'Schema-violating request accepted',
  },
  'allowed-refused': {
    means: 'the document allows fields in an order that the service does not know',
    doctor: (document) => remove(schemaOf(document, 'NewOrder'), 'additionalProperties'),
    finds: 'Schema-valid request rejected',
  },
  'undocumented-header': {
    means: 'the document does not know the header with the release',
    doctor: (document) => {
      const [ok] = Object.values(operationOf(document, 'listProducts').responses);
      if (ok !== undefined && 'headers' in ok) remove(ok.headers, 'x-release');
    },
    finds: 'undocumented_headers',
  },
};

interface Schema {
  readonly required?: string[];
  readonly properties?: Readonly<Record<string, object>>;
}

function operationOf(document: Document, id: string): Operation {
  const operations = Object.values(document.paths).flatMap((path) => Object.values(path));
  const found = operations.find(({ operationId }) => operationId === id);
  if (found === undefined) throw new Error(`the document has no operation ${id}`);
  return found;
}

function schemaOf(document: Document, name: string): Schema {
  const found = document.components.schemas?.[name];
  if (found === undefined) throw new Error(`the document has no schema ${name}`);
  return found;
}

function remove(from: object, key: string): void {
  if (!Reflect.has(from, key)) throw new Error(`there is no ${key} to take away`);
  Reflect.deleteProperty(from, key);
}
