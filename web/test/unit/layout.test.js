import { test } from 'node:test';
import assert from 'node:assert/strict';
import { layout } from '../../views/layout.js';

// Stage sizes: the viewport of NEEDS 4.3 without bar, header and edges, as the
// style sheets leave them (web/test/browser measures the real page).
const stages = {
  '360x640': [352, 516],
  '640x360': [540, 350],
  '820x1180': [796, 1046],
  '1366x768': [1342, 636],
  '1366x768 with drawer': [1012, 636],
  '320x568': [312, 444],
};
const slack = 0.01;

/** @typedef {import('../../views/layout.js').Rect} Rect */

/** @param {Rect} a @param {Rect} b */
const apart = (a, b) => ({
  x: Math.max(a.x, b.x) - Math.min(a.x + a.w, b.x + b.w),
  y: Math.max(a.y, b.y) - Math.min(a.y + a.h, b.y + b.h),
});

/** @param {(n: number, size: number[], name: string) => void} check */
function everywhere(check) {
  for (const [name, size] of Object.entries(stages)) {
    for (let n = 1; n <= 20; n++) check(n, size, `${n} seats at ${name}`);
  }
}

test('every tile lies inside the stage', () => {
  everywhere((n, [w, h], name) => {
    const { cells } = layout(n, w, h);
    assert.equal(cells.length, n, name);
    for (const c of cells) {
      assert.ok(c.x >= -slack && c.y >= -slack && c.x + c.w <= w + slack && c.y + c.h <= h + slack, name);
    }
  });
});

test('no tile overlaps another or the words in the middle', () => {
  everywhere((n, [w, h], name) => {
    const { cells, middle } = layout(n, w, h);
    const all = middle ? [...cells, middle] : cells;
    all.forEach((a, i) => all.slice(i + 1).forEach((b) => {
      const gap = apart(a, b);
      assert.ok(gap.x >= -slack || gap.y >= -slack, name);
    }));
  });
});

test('tiles are at least 100x75 up to 17 seats', () => {
  everywhere((n, [w, h], name) => {
    if (n > 17 || name.includes('320')) return;
    for (const c of layout(n, w, h).cells) assert.ok(c.w >= 100 && c.h >= 75, `${name}: ${c.w}x${c.h}`);
  });
});

test('all tiles have one size (M-C5)', () => {
  everywhere((n, [w, h], name) => {
    const { cells } = layout(n, w, h);
    for (const c of cells) assert.ok(Math.abs(c.w - cells[0].w) < slack && Math.abs(c.h - cells[0].h) < slack, name);
  });
});

test('seat neighbours are screen neighbours, the last beside the first (M-C2)', () => {
  everywhere((n, [w, h], name) => {
    const { cells } = layout(n, w, h);
    if (n < 2) return;
    cells.forEach((a, i) => {
      const gap = apart(a, cells[(i + 1) % n]);
      assert.ok(gap.x <= 13 && gap.y <= 85, `${name}: ${i} is ${gap.x},${gap.y} from the next`);
    });
  });
});

test('an even circle touches side by side everywhere', () => {
  everywhere((n, [w, h], name) => {
    if (n % 2 || n < 2) return;
    const { cells } = layout(n, w, h);
    cells.forEach((a, i) => {
      const gap = apart(a, cells[(i + 1) % n]);
      assert.ok(gap.x < 0 || gap.y < 0, `${name}: ${i} meets the next at a corner only`);
    });
  });
});

test('the loop runs clockwise from the top start corner', () => {
  everywhere((n, [w, h], name) => {
    const { cells } = layout(n, w, h);
    for (const c of cells) assert.ok(cells[0].y <= c.y + slack, name);
    let area = 0;
    cells.forEach((a, i) => {
      const b = cells[(i + 1) % n];
      area += (a.x + a.w / 2) * (b.y + b.h / 2) - (b.x + b.w / 2) * (a.y + a.h / 2);
    });
    assert.ok(n < 3 || area > 0, name);
  });
});

test('a wide screen has an open middle, as drawn', () => {
  const drawn = { 14: [6, 3], 16: [6, 4] };
  for (const [n, [cols, rows]] of Object.entries(drawn)) {
    const got = layout(Number(n), 1342, 636);
    assert.deepEqual([got.cols, got.rows, got.mode], [cols, rows, 'ring'], `${n} seats`);
    assert.ok(got.middle);
  }
  assert.deepEqual([layout(8, 1342, 636).cols, layout(8, 1342, 636).rows], [4, 2]);
});

test('a phone keeps a spare cell for words with 14 and with 17', () => {
  const fourteen = layout(14, 352, 516);
  assert.deepEqual([fourteen.cols, fourteen.rows], [3, 5]);
  const seventeen = layout(17, 352, 516);
  assert.deepEqual([seventeen.cols, seventeen.rows], [3, 6]);
  assert.ok(fourteen.middle && seventeen.middle);
});

test('more seats than any room has still get a tile', () => {
  assert.equal(layout(40, 1342, 636).cells.length, 40);
});

test('a notice makes the tiles lower, and moves nobody, while faces still fit', () => {
  const notice = 72;
  for (const [name, [w, h]] of Object.entries(stages)) {
    for (let n = 1; n <= 17; n++) {
      const usual = layout(n, w, h);
      const lower = layout(n, w, h - notice, h);
      const [tile] = lower.cells;
      const kept = lower.cols === usual.cols && lower.rows === usual.rows && (lower.middle === null) === (usual.middle === null);
      if (!name.startsWith('640') && !name.startsWith('320') && n > 2) assert.ok(kept || usual.cells[0].h - notice / usual.rows < 75, `${n} seats at ${name}`);
      if (kept) for (let i = 0; i < n; i++) assert.ok(Math.abs(lower.cells[i].x - usual.cells[i].x) < usual.cells[i].w / 2 && lower.cells[i].y <= usual.cells[i].y + notice, name);
      for (const c of lower.cells) assert.ok(c.x >= -slack && c.y >= -slack && c.x + c.w <= w + slack && c.y + c.h <= h - notice + slack, `${n} seats at ${name}`);
      if (n <= 17 && !name.startsWith('320') && !name.startsWith('640')) assert.ok(tile.w >= 100 && tile.h >= 58, `${n} at ${name}: ${tile.w}x${tile.h}`);
    }
  }
});

test('when hardly any height is left the seats find other places', () => {
  const squeezed = layout(6, 352, 190, 516);
  assert.deepEqual([layout(6, 352, 516).cols, squeezed.cols], [2, 3]);
  assert.deepEqual(layout(6, 352, 190), squeezed);
});
