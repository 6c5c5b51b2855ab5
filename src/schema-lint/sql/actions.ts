/** A column as it is declared. */
export interface ColumnDeclaration {
  readonly name: string;
  /** PostgreSQL's internal name, such as `int8`; `serial` types keep theirs. */
  readonly type: string;
  readonly notNull: boolean;
  readonly hasDefault: boolean;
}

export type ConstraintKind =
  | 'check'
  | 'foreign key'
  | 'unique'
  | 'primary key'
  | 'exclude'
  | 'not null';

/**
 * What a statement does to a schema, in the few words that the rules are written in. One ALTER
 * TABLE is several of them.
 */
export type Action =
  | { readonly does: 'create-table'; readonly table: string }
  | { readonly does: 'add-column'; readonly table: string; readonly column: ColumnDeclaration }
  | { readonly does: 'drop-column'; readonly table: string; readonly column: string }
  | { readonly does: 'drop-table'; readonly table: string }
  | { readonly does: 'rename'; readonly table: string; readonly what: string; readonly to: string }
  | {
      readonly does: 'set-not-null' | 'drop-not-null';
      readonly table: string;
      readonly column: string;
    }
  | {
      readonly does: 'set-default' | 'drop-default';
      readonly table: string;
      readonly column: string;
    }
  | {
      readonly does: 'retype';
      readonly table: string;
      readonly column: string;
      readonly type: string;
    }
  | {
      readonly does: 'add-constraint';
      readonly table: string;
      readonly name: string;
      readonly kind: ConstraintKind;
      readonly notValid: boolean;
      /** Columns that cannot be NULL where it holds. */
      readonly filled: readonly string[];
    }
  | { readonly does: 'drop-constraint' | 'validate'; readonly table: string; readonly name: string }
  | {
      readonly does: 'create-index' | 'drop-index' | 'reindex';
      readonly name: string;
      readonly concurrently: boolean;
      readonly ifNotExists: boolean;
    }
  | {
      readonly does: 'write';
      readonly table: string;
      readonly verb: 'UPDATE' | 'DELETE' | 'TRUNCATE';
    }
  | { readonly does: 'insert-from-query'; readonly table: string }
  | {
      readonly does: 'create-dependent';
      readonly what: string;
      readonly name: string;
      readonly mentions: ReadonlySet<string>;
    }
  | { readonly does: 'drop-dependent'; readonly what: string; readonly name: string }
  | { readonly does: 'own-sequence'; readonly sequence: string; readonly owner: string }
  | {
      readonly does: 'use-sequence';
      readonly sequence: string;
      readonly table: string;
      readonly column: string;
    }
  | { readonly does: 'create-enum'; readonly type: string }
  | { readonly does: 'add-enum-value'; readonly type: string; readonly value: string }
  | { readonly does: 'cascade'; readonly what: string }
  | { readonly does: 'set'; readonly name: string; readonly local: boolean }
  | { readonly does: 'advisory-lock'; readonly call: string }
  | { readonly does: 'lock-whole-table'; readonly by: string }
  | { readonly does: 'transaction'; readonly word: string }
  | { readonly does: 'float'; readonly name: string; readonly what: string }
  | { readonly does: 'hide'; readonly what: string }
  | { readonly does: 'other' };

/** An action at its place in the text: in characters, of its statement at least. */
export type Placed = Action & { readonly at: number };
