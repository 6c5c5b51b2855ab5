import { existsSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../overlays', import.meta.url));

/** A folder that is rendered, and how it is called. */
export interface Overlay {
  readonly name: string;
  readonly folder: string;
}

/** Every kustomization below k8s/overlays that is applied by itself: what lies in one is a part of it. */
export function overlays(folder = root): Overlay[] {
  if (existsSync(join(folder, 'kustomization.yaml'))) {
    return [{ name: relative(root, folder), folder }];
  }
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap((entry) => overlays(join(folder, entry.name)));
}
