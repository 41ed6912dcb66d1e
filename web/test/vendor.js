import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';

/**
 * The vendored files are, byte for byte, what npm publishes for the pinned
 * versions; and there is no other file among them.
 */
const root = new URL('../', import.meta.url);
const published = {
  'preact/preact.mjs': 'preact/dist/preact.mjs',
  'preact/hooks.mjs': 'preact/hooks/dist/hooks.mjs',
  'preact/LICENSE': 'preact/LICENSE',
  'signals/signals.mjs': '@preact/signals/dist/signals.mjs',
  'signals/signals-core.mjs': '@preact/signals-core/dist/signals-core.mjs',
  'signals/LICENSE': '@preact/signals/LICENSE',
};

const hash = (path) => createHash('sha256').update(readFileSync(new URL(path, root))).digest('hex');
const pinned = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')).devDependencies;
const wrong = [];

for (const name of ['preact', '@preact/signals', '@preact/signals-core']) {
  const { version } = JSON.parse(readFileSync(new URL(`node_modules/${name}/package.json`, root), 'utf8'));
  if (version !== pinned[name]) wrong.push(`${name}: ${version} is installed, ${pinned[name]} is pinned`);
}
for (const [ours, theirs] of Object.entries(published)) {
  if (hash(`vendor/${ours}`) !== hash(`node_modules/${theirs}`)) wrong.push(`vendor/${ours} is not as published`);
}
for (const entry of readdirSync(new URL('vendor', root), { recursive: true, withFileTypes: true })) {
  const path = `${entry.parentPath}/${entry.name}`.split('/vendor/').pop() ?? '';
  if (entry.isFile() && !(path in published)) wrong.push(`vendor/${path} is nobody's`);
}

for (const line of wrong) console.error(line);
console.log(wrong.length === 0 ? `vendor: ${Object.keys(published).length} files as published` : `vendor: ${wrong.length} wrong`);
process.exitCode = wrong.length === 0 ? 0 : 1;
