import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

/**
 * Names and a certificate for a server of ours, which both browsers believe
 * as they would a clinic's; nothing is switched off in them.
 */

const run = promisify(execFile);

/** @typedef {{cert: string, key: string}} Certificate paths of PEM files, the chain first */

/** Makes a throw-away authority, and a certificate of it. @param {string} folder for the files @param {string[]} names */
export async function issue(folder, names) {
  const at = (name) => join(folder, name);
  const fresh = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
  await run('openssl', [...fresh, '-subj', '/CN=Authority of a test', '-addext', 'basicConstraints=critical,CA:TRUE', '-addext', 'keyUsage=critical,keyCertSign',
    '-keyout', at('ca.key'), '-out', at('ca.pem')]);
  await run('openssl', [...fresh, '-subj', '/CN=Server of a test', '-addext', 'basicConstraints=critical,CA:FALSE', '-addext', 'keyUsage=critical,digitalSignature',
    '-addext', 'extendedKeyUsage=serverAuth', '-addext', `subjectAltName=${names.map((name) => `DNS:${name}`)}`,
    '-CA', at('ca.pem'), '-CAkey', at('ca.key'), '-keyout', at('key.pem'), '-out', at('cert.pem')]);
  return { cert: at('cert.pem'), key: at('key.pem'), authority: at('ca.pem') };
}

/**
 * From now on browsers that are started believe the authority, and find these
 * names. Only in a mount namespace of one's own (mount_namespaces(7)): there
 * /etc becomes a copy in memory, with names of ours and with policies that
 * install the authority. The machine's /etc is never written, and the copy ends
 * with the namespace.
 * @param {string} folder an empty one
 * @param {string} authority a PEM file
 * @param {Record<string, string>} hosts addresses by name
 */
export async function believe(folder, authority, hosts) {
  await run('mount', ['-t', 'tmpfs', 'tmpfs', folder]);
  await run('cp', ['-a', '/etc/.', folder]);
  const write = (name, text) => {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  };
  const der = readFileSync(authority, 'utf8').replace(/-----.*-----|\s/g, ''); // PEM without its lines
  write('chromium/policies/managed/hearth.json', JSON.stringify({ CACertificates: [der] }));
  for (const name of ['firefox', 'firefox-esr']) write(`${name}/policies/policies.json`, JSON.stringify({ policies: { Certificates: { Install: [authority] } } }));
  // With a dot at its end Chromium asks for a relay's name, and is not told of the one without.
  write('hosts', ['127.0.0.1 localhost', ...Object.entries(hosts).map(([name, address]) => `${address} ${name} ${name}.`), ''].join('\n'));
  write('resolv.conf', 'nameserver 127.0.0.1\n'); // nobody is there, which is told at once
  await run('mount', ['--bind', folder, '/etc']);
  await run('umount', [folder]); // it stays at /etc
}
