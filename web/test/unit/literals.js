// Finds the string literals of a module, without its comments. In a template
// each ${...} becomes one NUL character, and the strings inside it are found too.

/**
 * @param {string} source
 * @returns {string[]}
 */
export function literals(source) {
  /** @type {string[]} */
  const found = [];
  let i = 0;
  const code = (/** @type {boolean} */ nested) => {
    for (let depth = 0; i < source.length;) {
      const c = source[i];
      if (source.startsWith('//', i)) i = after('\n');
      else if (source.startsWith('/*', i)) i = after('*/');
      else if (c === '/' && /([(,=:[!&|?{};]|\breturn)\s*$/.test(source.slice(Math.max(0, i - 20), i))) regex();
      else if (c === "'" || c === '"') quoted(c);
      else if (c === '`') template();
      else {
        if (c === '{') depth++;
        if (c === '}' && nested && depth-- === 0) return;
        i++;
      }
    }
  };
  const after = (/** @type {string} */ end) => {
    const at = source.indexOf(end, i + 2);
    return at < 0 ? source.length : at + end.length;
  };
  const regex = () => {
    for (let set = false; ++i < source.length;) {
      if (source[i] === '\\') i++;
      else if (source[i] === '[') set = true;
      else if (source[i] === ']') set = false;
      else if (source[i] === '/' && !set) break;
    }
    i++;
  };
  const quoted = (/** @type {string} */ quote) => {
    let text = '';
    for (i++; source[i] !== quote; i++) {
      if (i >= source.length || source[i] === '\n') throw new SyntaxError(`open string: ${text}`);
      text += source[i] === '\\' ? source[++i] : source[i];
    }
    i++;
    found.push(text);
  };
  const template = () => {
    let text = '';
    for (i++; source[i] !== '`';) {
      if (i >= source.length) throw new SyntaxError('open template');
      if (source.startsWith('${', i)) { i += 2; code(true); i++; text += '\0'; } else text += source[i++];
    }
    i++;
    found.push(text);
  };
  code(false);
  return found;
}
