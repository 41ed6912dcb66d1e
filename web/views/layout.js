// Where the seats are on the screen: a closed loop in seat order, so that the
// person next to you in the circle is next to you on every screen (M-C1, M-C2).
//
// Pure: numbers in, rectangles out. The loop is a path through a grid that ends
// where it began. A grid has such a path for even numbers only (its cells are
// coloured like a chessboard), so an odd circle either leaves out one cell where
// the path turns, or has one tile less in its last row, which is then centred.

/**
 * @typedef {{x: number, y: number, w: number, h: number}} Rect CSS pixels from the stage's start edge and top
 * @typedef {[col: number, row: number]} Cell
 * @typedef {object} Layout
 * @property {number} cols
 * @property {number} rows
 * @property {'ring'|'grid'} mode ring: the middle is open; grid: it is not, or only a spare cell is
 * @property {Rect[]} cells one per seat, in loop order, clockwise from the top start corner
 * @property {Rect|null} middle the open place for words, where there is one
 */

/** The widest and the tallest tile in relation to the other side. */
const WIDEST = 1.6;
const TALLEST = 1.3;

/** What an open middle is worth against larger tiles, on a wide screen. */
const OPEN_MIDDLE = 1.25;

/** The largest tile, in CSS pixels: two people should not fill a wall. */
const LARGEST = { w: 600, h: 440 };

/** Height of the line of words between two rows, or below one, where there is room for it. */
const BAND = 72;

/** A face that much smaller than it could be is too much to keep everybody's place for. */
const SMALLER = 0.75;

/**
 * Lays out count seats in a stage of width x height CSS pixels. Where something
 * takes part of its height for a while, the seats keep the places they have at
 * the usual height, as long as a face still fits: nobody moves for a notice.
 * @param {number} count 1 to 20; more still get a tile each
 * @param {number} width
 * @param {number} height
 * @param {number} [usual] the height when nothing takes any of it
 * @param {number} [gap] between tiles
 * @returns {Layout}
 */
export function layout(count, width, height, usual = height, gap = width < 600 ? 5 : 12) {
  const n = Math.max(1, Math.floor(count));
  if (usual <= height) return best(n, width, height, gap);
  const { cols, rows, middle } = best(n, width, usual, gap);
  const { score: _, ...kept } = place({ cols, rows }, n, width, height, gap, 1, middle !== null && rows <= 2);
  const other = best(n, width, height, gap);
  const [tile] = kept.cells;
  return tile.h >= 75 && face(tile) >= SMALLER * face(other.cells[0]) ? kept : other;
}

/**
 * @param {number} n
 * @param {number} width
 * @param {number} height
 * @param {number} gap
 * @returns {Layout}
 */
function best(n, width, height, gap) {
  let best = null;
  for (const grid of grids(n)) {
    const made = place(grid, n, width, height, gap, width >= height ? OPEN_MIDDLE : 1, height >= 480);
    if (!best || made.score > best.score) best = made;
  }
  if (!best) throw new RangeError('no grid');
  const { score: _, ...found } = best;
  return found;
}

/**
 * Grids that can hold a closed loop of n seats with little to spare.
 * @param {number} n
 * @returns {{cols: number, rows: number}[]}
 */
function grids(n) {
  if (n === 1) return [{ cols: 1, rows: 1 }];
  if (n === 2) return [{ cols: 2, rows: 1 }, { cols: 1, rows: 2 }];
  const even = n + (n % 2);
  const found = [];
  for (let cols = 2; cols <= even / 2; cols++) {
    for (let rows = 2; rows <= even / 2; rows++) {
      const product = cols * rows;
      const room = product - (product % 2);
      if (border(cols, rows) <= even && even <= room) found.push({ cols, rows });
    }
  }
  return found;
}

/**
 * @param {number} cols
 * @param {number} rows
 */
function border(cols, rows) {
  return 2 * (cols + rows) - 4;
}

/**
 * @param {{cols: number, rows: number}} grid
 * @param {number} n
 * @param {number} width
 * @param {number} height
 * @param {number} gap
 * @param {number} openness what an open middle is worth here
 * @param {boolean} tall whether there is height for a line of words between two rows
 * @returns {Layout & {score: number}}
 */
function place({ cols, rows }, n, width, height, gap, openness, tall) {
  const path = loop(cols, rows, n);
  const open = hollow(cols, rows, path);
  const ring = open !== null && path.every(([c, r]) => c === 0 || r === 0 || c === cols - 1 || r === rows - 1);
  const band = rows <= 2 && cols > 1 && tall ? BAND : 0;
  const tile = fit((width - gap * (cols - 1)) / cols, (height - gap * (rows - 1) - band) / rows, ring);
  const used = { w: cols * tile.w + gap * (cols - 1), h: rows * tile.h + gap * (rows - 1) + band };
  const left = (width - used.w) / 2;
  const top = (height - used.h) / 2;
  /** @param {number} c @param {number} r @param {number} [w] @param {number} [h] @returns {Rect} */
  const rect = (c, r, w = 1, h = 1) => ({
    x: left + c * (tile.w + gap),
    y: top + r * (tile.h + gap) + (r > 0 ? band : 0),
    w: w * tile.w + (w - 1) * gap,
    h: h * tile.h + (h - 1) * gap,
  });
  return {
    cols, rows,
    mode: ring ? 'ring' : 'grid',
    cells: path.map(([c, r]) => rect(c, r)),
    middle: open ? rect(open.c, open.r, open.w, open.h) : band ? { x: left, y: top + tile.h + gap / 2, w: used.w, h: band } : null,
    score: score(tile, open, ring, openness),
  };
}

/**
 * The tile in its cell, not too wide and not too tall for a face. In a ring a
 * tile keeps its whole cell, so that the ring reaches the edges.
 * @param {number} w
 * @param {number} h
 * @param {boolean} ring
 */
function fit(w, h, ring) {
  const widest = ring ? WIDEST + 0.2 : WIDEST;
  return { w: Math.min(w, h * widest, LARGEST.w), h: Math.min(h, w * TALLEST, LARGEST.h) };
}

/** The width of a face in a tile. @param {{w: number, h: number}} tile */
function face({ w, h }) {
  return Math.min(w, h * 4 / 3);
}

/**
 * How good a layout is: the size of a face, and an open middle.
 * @param {{w: number, h: number}} tile
 * @param {{w: number, h: number}|null} open
 * @param {boolean} ring
 * @param {number} openness
 */
function score(tile, open, ring, openness) {
  const wide = open && ring && open.w >= 2 && (open.w * tile.w >= 360);
  const small = tile.w < 100 || tile.h < 75;
  return face(tile) * (wide ? openness : 1) * (small ? 0.5 : 1);
}

/**
 * A closed loop of n cells of the grid, clockwise from the top start corner.
 * Odd loops of a filled grid leave out one inner cell where the path turns;
 * odd loops along the border have a shorter, centred last row.
 * @param {number} cols
 * @param {number} rows
 * @param {number} n
 * @returns {Cell[]}
 */
export function loop(cols, rows, n) {
  if (cols === 1 || rows === 1) return straight(cols, n);
  const even = n + (n % 2);
  const path = inward(around(cols, rows), cols, rows, even);
  if (even === n) return path;
  const inner = path.findIndex(([c, r], i) => c > 0 && r > 0 && c < cols - 1 && r < rows - 1 && turns(path, i));
  return inner >= 0 ? path.filter((_, i) => i !== inner) : shorter(path, rows);
}

/**
 * @param {number} cols
 * @param {number} n
 * @returns {Cell[]}
 */
function straight(cols, n) {
  return Array.from({ length: n }, (_, i) => /** @type {Cell} */ (cols === 1 ? [0, i] : [i, 0]));
}

/**
 * The border, clockwise.
 * @param {number} cols
 * @param {number} rows
 * @returns {Cell[]}
 */
function around(cols, rows) {
  /** @type {Cell[]} */
  const path = [];
  for (let c = 0; c < cols; c++) path.push([c, 0]);
  for (let r = 1; r < rows; r++) path.push([cols - 1, r]);
  for (let c = cols - 2; c >= 0; c--) path.push([c, rows - 1]);
  for (let r = rows - 2; r > 0; r--) path.push([0, r]);
  return path;
}

/**
 * Bends the path inwards, two cells at a time, until it has length cells. It
 * bends at its end first, so that what stays open lies near the top.
 * @param {Cell[]} path
 * @param {number} cols
 * @param {number} rows
 * @param {number} length
 */
function inward(path, cols, rows, length) {
  while (path.length < length) {
    const bent = bend(path, cols, rows);
    if (!bent) throw new RangeError('grid too small');
    path = bent;
  }
  return path;
}

/**
 * @param {Cell[]} path
 * @param {number} cols
 * @param {number} rows
 * @returns {Cell[]|null}
 */
function bend(path, cols, rows) {
  const taken = new Set(path.map(([c, r]) => r * cols + c));
  for (let i = path.length - 1; i > 0; i--) {
    const [a, b] = [path[i - 1], path[i]];
    const turn = [b[1] - a[1], b[0] - a[0]]; // across the edge
    for (const side of [-1, 1]) {
      /** @type {Cell[]} */
      const detour = [a, b].map(([c, r]) => /** @type {Cell} */ ([c + side * turn[0], r + side * turn[1]]));
      const free = detour.every(([c, r]) => c >= 0 && r >= 0 && c < cols && r < rows && !taken.has(r * cols + c));
      if (free) return [...path.slice(0, i), ...detour, ...path.slice(i)];
    }
  }
  return null;
}

/**
 * Whether the path turns at i, so that the cells before and after touch.
 * @param {Cell[]} path
 * @param {number} i
 */
function turns(path, i) {
  const [before, after] = [path[(i - 1 + path.length) % path.length], path[(i + 1) % path.length]];
  return Math.abs(before[0] - after[0]) === 1 && Math.abs(before[1] - after[1]) === 1;
}

/**
 * Takes one tile from the last row and centres the rest of it.
 * @param {Cell[]} path
 * @param {number} rows
 * @returns {Cell[]}
 */
function shorter(path, rows) {
  const corner = path.findIndex(([c, r]) => c === 0 && r === rows - 1);
  return path
    .filter((_, i) => i !== corner)
    .map(([c, r]) => (r === rows - 1 ? [c - 0.5, r] : [c, r]));
}

/**
 * The largest open rectangle inside the grid, in cells; null if there is none.
 * @param {number} cols
 * @param {number} rows
 * @param {Cell[]} path
 */
function hollow(cols, rows, path) {
  const taken = new Set(path.map(([c, r]) => r * cols + c));
  let best = null;
  for (let r = 1; r < rows - 1; r++) {
    for (let c = 1; c < cols - 1; c++) {
      for (let w = 1; c + w < cols; w++) {
        for (let h = 1; r + h < rows; h++) {
          if (isOpen(c, r, w, h, cols, taken) && (!best || w * h > best.w * best.h)) best = { c, r, w, h };
        }
      }
    }
  }
  return best;
}

/**
 * @param {number} c
 * @param {number} r
 * @param {number} w
 * @param {number} h
 * @param {number} cols
 * @param {Set<number>} taken
 */
function isOpen(c, r, w, h, cols, taken) {
  for (let y = r; y < r + h; y++) {
    for (let x = c; x < c + w; x++) if (taken.has(y * cols + x)) return false;
  }
  return true;
}
