import { writeFileSync } from 'node:fs';
import { html, modules, root } from './modules.js';

/** Writes the list of modulepreload links into index.html: `npm run preload` after a module was added. */
const links = modules().filter((path) => path !== '/views/app.js').sort().map((path) => `<link rel="modulepreload" href="${path}">\n`).join('');
const page = html().replace(/(<link rel="modulepreload" href="[^"]*">\n)+/, links);
writeFileSync(new URL('index.html', root), page);
console.log(`${links.split('\n').length - 1} modules preloaded`);
