// Seats as a horseshoe, the first facilitator at its open end (C-1): the same
// loop, turned so that this facilitator has the middle of the first row and an
// empty place on either side. Who sits beside whom stays as it was. Pure.
import { layout } from './layout.js';

/** @typedef {import('./layout.js').Layout} Layout */

/**
 * @param {number} leader index of the facilitator at the open end, in seat order; -1 for none
 * @param {number} count seats
 * @param {number} width CSS pixels
 * @param {number} height
 * @param {number} usual see layout
 * @returns {Layout} a closed circle where there is no leader, or too few seats to open it
 */
export function horseshoe(leader, count, width, height, usual) {
  if (leader < 0 || count < 3) return layout(count, width, height, usual);
  const one = layout(count + 1, width, height, usual);
  const grid = one.cols % 2 === 0 ? one : layout(count + 2, width, height, usual);
  return opened(grid, leader, count);
}

/**
 * @param {Layout} grid
 * @param {number} leader
 * @param {number} count
 * @returns {Layout}
 */
function opened(grid, leader, count) {
  const { cells, cols } = grid;
  const even = cols % 2 === 0;
  const at = even ? cols / 2 - 1 : (cols - 1) / 2;
  const seat = even ? { ...cells[at], x: (cells[at].x + cells[at + 1].x) / 2 } : cells[at];
  const rest = [...cells.slice(at + 2), ...cells.slice(0, even ? at : at - 1)];
  const placed = Array.from({ length: count }, (_, i) => (i === leader ? seat : rest[(i - leader - 1 + count) % count]));
  return { ...grid, cells: placed };
}
