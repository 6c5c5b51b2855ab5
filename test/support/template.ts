import { isReleaseName, type ReleaseName, type SchemaState } from '../../src/releases.ts';

/** A state of the first change, or the schema that a release installs. */
export type SchemaPoint = SchemaState | ReleaseName;

/** The release whose installation leaves the first change in a state. */
const releaseFor: Readonly<Record<SchemaState, ReleaseName>> = {
  baseline: '1.0',
  expanded: '2.0',
  relaxed: '3.0',
  contracted: '4.0',
};

/** The release that installs the schema of a point. */
export function releaseAt(point: SchemaPoint): ReleaseName {
  return isReleaseName(point) ? point : releaseFor[point];
}

export function templateName(point: SchemaPoint): string {
  return `template_${releaseAt(point).replace('.', '_')}`;
}
