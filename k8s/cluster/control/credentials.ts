import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { files, type Site } from './servers.ts';

/** Makes what the control plane trusts and writes it into its folder, which only its user can read. */
export function writeCredentials(site: Site): void {
  const write = (file: string, content: string) =>
    writeFileSync(join(site.folder, file), content, { mode: 0o600 });
  const keys = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    privateKeyEncoding: { type: 'sec1', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  write(files.signingKey, keys.privateKey);
  write(files.publicKey, keys.publicKey);
  const [admin, controllers] = [randomToken(), randomToken()];
  write(
    files.tokens,
    `${admin},admin,1,"system:masters"\n${controllers},system:kube-controller-manager,2\n`,
  );
  write(files.kubeconfig, kubeconfig(site, admin));
  write(files.controllersKubeconfig, kubeconfig(site, controllers));
}

function randomToken(): string {
  return randomBytes(24).toString('base64url');
}

/** JSON is YAML. */
function kubeconfig({ folder, port }: Site, token: string): string {
  const name = 'scaleretail-control-plane';
  const cluster = {
    server: `https://127.0.0.1:${port}`,
    'certificate-authority': join(folder, files.certificate),
  };
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name, cluster }],
    users: [{ name, user: { token } }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    'current-context': name,
  });
}
