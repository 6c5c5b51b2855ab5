import type { SchemaState } from '../../src/releases.ts';

export function templateName(state: SchemaState): string {
  return `template_${state}`;
}
