// Made-up names to choose from. Pure: the chance is passed in.

/** Words of nature, easy to say, that fit anybody. */
export const pool = [
  'Maple', 'River', 'Juniper', 'Finch', 'Wren', 'Sage', 'Pine', 'Birch', 'Robin', 'Clay', 'Fern', 'Moss', 'Heron', 'Olive', 'Ash',
  'Elm', 'Lark', 'Dove', 'Willow', 'Hazel', 'Cedar', 'Rowan', 'Aspen', 'Linden', 'Alder', 'Brook', 'Meadow', 'Pebble', 'Harbor', 'Comet',
  'Amber', 'Coral', 'Indigo', 'Saffron', 'Thyme', 'Clover', 'Thistle', 'Aster', 'Laurel', 'Myrtle', 'Swift', 'Plover', 'Otter', 'Marten',
  'Badger', 'Sparrow', 'Kestrel', 'Puffin', 'Dune', 'Summit', 'Canyon', 'Delta', 'Cove', 'Island', 'Northwind', 'Snow', 'Rain', 'Sky',
];

/**
 * Different names to offer.
 * @param {number} count
 * @param {() => number} random in [0, 1)
 * @param {string} [except] a name already in the field
 * @returns {string[]}
 */
export function ideas(count, random, except = '') {
  const left = pool.filter((name) => name !== except);
  return Array.from({ length: Math.min(count, left.length) }, () => left.splice(Math.floor(random() * left.length), 1)[0]);
}

/**
 * Whether a name looks like a first and a last name. Only a kind hint follows.
 * @param {string} name
 */
export function looksFull(name) {
  return /^\p{Lu}[\p{Ll}'’]+\s+(\p{Lu}[\p{L}'’-]*\s+)?\p{Lu}[\p{L}'’-]{2,}$/u.test(name.trim());
}
