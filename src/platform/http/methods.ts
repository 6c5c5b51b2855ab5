import type { FastifyInstance } from 'fastify';

/**
 * Follows the routes that are registered from now on, and gives a function that tells which methods
 * a path knows: none when there is no such path. It is asked only where the router has found
 * nothing, so that it may be slow.
 */
export function followMethods(app: FastifyInstance): (path: string) => readonly string[] {
  const known = new Map<string, Set<string>>();
  app.addHook('onRoute', ({ url, method }) => {
    const methods = known.get(url) ?? new Set();
    known.set(url, methods);
    for (const name of [method].flat()) methods.add(name);
  });
  return (path) =>
    [...known]
      .filter(([url]) => fits(url, path))
      .flatMap(([, methods]) => [...methods])
      .toSorted();
}

/** Whether a path is one of `/v1/orders/:id`: a parameter is what stands between two slashes. */
function fits(url: string, path: string): boolean {
  const parts = path.split('/');
  const wanted = url.split('/');
  return (
    parts.length === wanted.length &&
    wanted.every((part, at) => part.startsWith(':') || part === parts[at])
  );
}
