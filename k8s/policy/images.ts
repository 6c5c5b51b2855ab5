import type { KubeObject, Problem } from './objects.ts';
import { containersOf, type Placed, podsOf, problemAt } from './pods.ts';

/** The tag of an image, '' without one. A colon before the last slash is a port's. */
export function tagOf(image = ''): string {
  const [, tag = ''] = /:([^/:]+)$/.exec(image.split('@')[0] ?? '') ?? [];
  return tag;
}

/** An image by a tag that moves can be another one after each restart. */
export function checkImageTag(objects: readonly KubeObject[]): Problem[] {
  return containersOf(podsOf(objects))
    .filter(({ container: { image = '' } }) => !image.includes('@') && movable(tagOf(image)))
    .map((placed) => {
      const image = `the image ${placed.container.image} has no tag that stays`;
      return problemAt(placed, 'image', image, 'name a release, under images: of the overlay');
    });
}

function movable(tag: string): boolean {
  return tag === '' || tag === 'latest';
}

const ownImage = /(^|\/)scaleretail\/api:/;
const versionLabel = 'app.kubernetes.io/version';

/** Everything that says which release it is says the same. */
export function checkRelease(objects: readonly KubeObject[]): Problem[] {
  return containersOf(podsOf(objects)).flatMap((placed) => {
    const { image = '', env = [], args = [] } = placed.container;
    const tag = tagOf(image);
    if (!ownImage.test(image) || movable(tag)) return [];
    const release = env.find(({ name }) => name === 'RELEASE')?.value;
    const step = args[args.indexOf('--release') + 1];
    const label = placed.pod.template.metadata?.labels?.[versionLabel];
    return [
      ...differs(placed, 'env[RELEASE]', release, tag),
      ...(args.includes('--release') ? differs(placed, 'args[--release]', step, tag) : []),
      ...differs(placed, `the label ${versionLabel}`, label, tag),
    ];
  });
}

/** A tag is the release, with or without a build behind it: 2.0, 2.0-4f1c. */
function differs(placed: Placed, field: string, said: string | undefined, tag: string): Problem[] {
  if (said === undefined || tag === said || tag.startsWith(`${said}-`)) return [];
  const remedy = 'change the tag alone, under images: of the overlay; its replacements do the rest';
  return [problemAt(placed, field, `is ${said}, and the tag of the image ${tag}`, remedy)];
}
