type Fields = Readonly<Record<string, unknown>>;

/** A change of the schema, as far as a run has to know it. */
export interface Change {
  readonly name: string;
  /** Its schema is installed and its replicas are up when the run begins. */
  readonly from: string;
  /** The releases that expand, relax and contract. */
  readonly expand: string;
  readonly relax: string;
  readonly contract: string;
  readonly flags: {
    readonly dualWrite: string;
    readonly readNew: string;
    readonly shadowCompare: string;
  };
  /** Table and column of the old shape. */
  readonly oldColumns: readonly (readonly [string, string])[];
  /** Table and column of the new shape. */
  readonly newColumns: readonly (readonly [string, string])[];
  /** What the change was made for: an order that the old columns could not hold. */
  readonly proof: {
    readonly title: string;
    /** Body of the order, for a product. */
    readonly order: (sku: string) => Fields;
    /** What answers must say of it; fields that are not named may be there too. */
    readonly answer: Fields;
  };
  /** What is planted: SQL that sets a new column of an order to something else. */
  readonly alter: string;
}
