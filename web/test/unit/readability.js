// A readability measure for the catalogue: Flesch-Kincaid grade with a simple
// syllable counter, good to about one grade.

/** @param {string} text */
export function sentences(text) {
  return text.split(/(?<=[.?!:])\s+/).filter((s) => /\w/.test(s));
}

/** @param {string} text */
export function words(text) {
  return text.replace(/\{\w+\}/g, 'Name').match(/[\p{L}\d’'-]+/gu) ?? [];
}

/** @param {string} word */
export function syllables(word) {
  const bare = word.toLowerCase().replace(/[^a-z]/g, '');
  if (bare.length <= 3) return 1;
  const silent = bare.replace(/(?:[^laeiouy]es|[^dt]ed|[^laeiouy]e)$/, '').replace(/^y/, '');
  return Math.max(1, silent.match(/[aeiouy]{1,2}/g)?.length ?? 1);
}

/**
 * The school grade needed to read some texts.
 * @param {string[]} texts
 */
export function grade(texts) {
  const all = texts.flatMap(sentences);
  const said = all.flatMap(words);
  const spoken = said.reduce((sum, word) => sum + syllables(word), 0);
  return 0.39 * (said.length / all.length) + 11.8 * (spoken / said.length) - 15.59;
}
