import { existsSync, readFileSync } from 'node:fs';

/** The page's modules, found the way a browser finds them: from index.html on, import by import. */
export const root = new URL('../', import.meta.url);

export const html = () => readFileSync(new URL('index.html', root), 'utf8');

/** What the import map says. @returns {Record<string, string>} */
export function importMap() {
  return JSON.parse(/<script type="importmap">(.*?)<\/script>/s.exec(html())?.[1] ?? '{}').imports;
}

/** Every module the page loads, as paths, in the order they are met. */
export function modules() {
  const found = new Set();
  const visit = (path) => {
    if (found.has(path)) return;
    found.add(path);
    const file = new URL(`.${path}`, root);
    if (!existsSync(file)) throw new Error(`${path} is imported and not there`);
    for (const specifier of imports(readFileSync(file, 'utf8'))) visit(importMap()[specifier] ?? new URL(specifier, `http://x${path}`).pathname);
  };
  visit('/views/app.js');
  return [...found];
}

/** Specifiers of import and export statements; import types in comments are none. */
function imports(source) {
  const code = source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
  return [...code.matchAll(/(?:^|[;}\s])(?:import|export)\s*(?:[\w$*{}\s,]*?\s*from\s*)?["']([^"']+)["']/g)].map(([, specifier]) => specifier);
}
