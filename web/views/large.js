// Which tiles are drawn so large that the high layer (360 lines) shows more
// than the low one (180). Pure.

/** A picture that high on the screen is worth the high layer, in CSS pixels. */
const LARGE = 230;

/** A dense screen shows more of a picture, up to what the eye makes of it at arm's length. */
const DENSEST = 1.5;

/** Pictures are 16:9 and cover their tile: a wide tile is filled by their width. */
const ASPECT = 16 / 9;

/**
 * @param {{w: number, h: number}} rect CSS pixels
 * @param {number} density devicePixelRatio
 */
export function isLarge({ w, h }, density) {
  const high = Math.max(h, w / ASPECT);
  return high * Math.min(Math.max(density, 1), DENSEST) >= LARGE;
}
