import { type KubeObject, ofKind, type Problem } from './objects.ts';
import { containersOf, podsOf } from './pods.ts';
import { schemaWords } from './programs.ts';

/** What cannot be taken back does not begin by being applied. */
export function checkContractSuspended(objects: readonly KubeObject[]): Problem[] {
  const contracting = containersOf(podsOf(objects)).filter(({ container }) => {
    const [verb, ...options] = schemaWords(container);
    return verb === 'contract' && !options.includes('--check');
  });
  return contracting
    .map(({ pod }) => pod.owner)
    .filter((owner) => !ofKind([owner], 'Job').some(({ spec }) => spec.suspend === true))
    .map((object) => ({
      object,
      path: 'spec.suspend',
      problem: 'contracts as soon as it is applied',
      remedy: 'make it a Job with suspend: true; a person resumes it',
    }));
}
