/** A program that the check stands on is not there; says how to get it. */
export class MissingToolError extends Error {
  constructor(what: string, remedy: string) {
    super(`${what}: ${remedy}`);
    this.name = 'MissingToolError';
  }
}

/** The schemas cannot be had, or are not those that are pinned. */
export class SchemasError extends Error {
  constructor(module: string, reason: string) {
    super(`the schemas of ${module} cannot be used: ${reason}`);
    this.name = 'SchemasError';
  }
}

/** A folder that was named is no kustomization. */
export class NoKustomizationError extends Error {
  constructor(folder: string) {
    super(`${folder} has no kustomization.yaml: name a folder that has one`);
    this.name = 'NoKustomizationError';
  }
}
