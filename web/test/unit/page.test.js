import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';
import { html, importMap, modules, root } from '../modules.js';

const read = (path) => readFileSync(new URL(`.${path}`, root), 'utf8');

test('index.html preloads every module the page needs, and no other (npm run preload)', () => {
  const listed = [...html().matchAll(/<link rel="modulepreload" href="([^"]+)">/g)].map(([, href]) => href).sort();
  assert.deepEqual(listed, modules().filter((path) => path !== '/views/app.js').sort());
});

test('no module is left over in core and views', () => {
  const used = new Set(modules());
  const kept = ['core', 'views'].flatMap((folder) => readdirSync(new URL(folder, root), { recursive: true, encoding: 'utf8' }).filter((f) => f.endsWith('.js')).map((f) => `/${folder}/${f}`));
  assert.deepEqual(kept.filter((path) => !used.has(path)), []);
});

test('all that index.html names is there, on this origin', () => {
  const named = [...html().matchAll(/(?:href|src)="([^"]+)"/g)].map(([, url]) => url).filter((url) => !url.startsWith('data:'));
  for (const url of [...named, ...Object.values(importMap())]) assert.ok(url.startsWith('/') && existsSync(new URL(`.${url}`, root)), url);
});

test('the outside is neutral (M-S6)', () => {
  assert.match(html(), /<title>Meeting<\/title>/);
  assert.doesNotMatch(html(), /therap|rehab|recover|addict|group|clinic|patient/i);
  assert.doesNotMatch(html(), /og:|twitter:|description|manifest/i);
});

test('the policy holds: no markup from text, no code from text, no style attribute, no recording, no other origin (M-P1, M-P5)', () => {
  const banned = /\.innerHTML|outerHTML|insertAdjacentHTML|document\.write|dangerouslySetInnerHTML|\beval\(|new Function|MediaRecorder|getDisplayMedia|localStorage|indexedDB|document\.cookie|serviceWorker|Notification\b|PushManager/;
  for (const path of modules().filter((p) => !p.startsWith('/vendor/'))) {
    const code = read(path).replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
    assert.doesNotMatch(code, banned, path);
    assert.doesNotMatch(code, /['"`](?:https?|wss?):\/\/|\b(?:stun|turn)s?:/, path);
  }
});
