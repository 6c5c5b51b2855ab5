import { type KubeObject, ofKind, type Problem } from './objects.ts';
import { servingPodsOf } from './pods.ts';

/** Where pods serve, nobody talks to anybody but by a policy that says so. */
export function checkDefaultDeny(objects: readonly KubeObject[]): Problem[] {
  const [first] = servingPodsOf(objects);
  if (first === undefined || ofKind(objects, 'NetworkPolicy').some(deniesAll)) return [];
  return [
    {
      object: first.owner,
      path: '.',
      problem: 'no NetworkPolicy denies what is not allowed',
      remedy: 'add one with podSelector: {}, policyTypes [Ingress, Egress] and no rules',
    },
  ];
}

type NetworkPolicy = ReturnType<typeof ofKind<'NetworkPolicy'>>[number];

function deniesAll({ spec }: NetworkPolicy): boolean {
  const { podSelector = {}, policyTypes = [], ingress = [], egress = [] } = spec;
  const everyone = Object.keys(podSelector).length === 0;
  const both = policyTypes.includes('Ingress') && policyTypes.includes('Egress');
  return everyone && both && ingress.length === 0 && egress.length === 0;
}
