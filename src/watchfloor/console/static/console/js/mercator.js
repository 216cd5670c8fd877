// The Earth as a square (spherical Mercator): one unit wide, x to the east, y to the south. A view
// is {lat, lon, zoom}: its centre, and how many times the square of 256 pixels was doubled.

const RADIUS = 6_371_009;  // metres, mean (IUGG)
const NORTHMOST = 85.0511;
const STEPS = [60, 30, 20, 10, 5, 2, 1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001];
export const WIDEST = 1;
export const CLOSEST = 19;

export function project({ lat, lon }) {
  const phi = clamp(lat, -NORTHMOST, NORTHMOST) * (Math.PI / 180);
  return { x: lon / 360 + 0.5, y: 0.5 - Math.asinh(Math.tan(phi)) / (2 * Math.PI) };
}

export function unproject({ x, y }) {
  const lat = Math.atan(Math.sinh((0.5 - y) * 2 * Math.PI)) * (180 / Math.PI);
  return { lat: clamp(lat, -NORTHMOST, NORTHMOST), lon: turned(x) * 360 - 180 };
}

/** Pixels to a unit. */
export function scaleAt(zoom) {
  return 256 * 2 ** zoom;
}

/** x of the copy of the world that is nearest to `centre`: the date line divides nothing. */
export function nearest(x, centre) {
  return centre + turned(x - centre + 0.5) - 0.5;
}

/** Where a point is in a view of `size`, in pixels from its top left. */
export function placeIn(view, { width, height }, point) {
  const scale = scaleAt(view.zoom);
  const centre = project(view);
  return {
    left: (nearest(point.x, centre.x) - centre.x) * scale + width / 2,
    top: (point.y - centre.y) * scale + height / 2,
  };
}

/** The view moved by so many pixels. */
export function panned(view, dx, dy) {
  const { x, y } = project(view);
  const scale = scaleAt(view.zoom);
  return { ...view, ...unproject({ x: x + dx / scale, y: y + dy / scale }) };
}

/** The view closer by `by`, while what is at (dx, dy) from its centre stays where it is. */
export function zoomed(view, by, dx = 0, dy = 0) {
  const zoom = clamp(view.zoom + by, WIDEST, CLOSEST);
  const shift = 1 - 2 ** (view.zoom - zoom);
  return { ...panned(view, dx * shift, dy * shift), zoom };
}

/** The view in which all points are, with a margin. One point is not looked at from too near. */
export function fitted(points, { width, height }, closest = 15) {
  if (!points.length) return { lat: 0, lon: 0, zoom: WIDEST };
  const across = shortest(points.map(({ x }) => x));
  const ys = points.map(({ y }) => y);
  const [top, bottom] = [ys.reduce(least), ys.reduce(most)];
  const room = Math.min((width * 0.84) / Math.max(across.length, 1e-9), (height * 0.8) / Math.max(bottom - top, 1e-9));
  const centre = unproject({ x: across.from + across.length / 2, y: (top + bottom) / 2 });
  return { ...centre, zoom: clamp(Math.log2(room / 256), WIDEST, closest) };
}

/** The meridians or parallels to draw where a degree is so many pixels: [step, digits]. */
export function graticule(pixels) {
  const step = STEPS.findLast((one) => one * pixels >= 110) ?? STEPS[0];
  return { step, digits: Math.max(0, Math.ceil(-Math.log10(step) - 1e-9)) };
}

/** The longest round distance that fits in so many pixels: {metres, pixels}. */
export function scaleBar(view, room) {
  const metre = scaleAt(view.zoom) / (2 * Math.PI * RADIUS * Math.cos(view.lat * (Math.PI / 180)));
  const power = 10 ** Math.floor(Math.log10(room / metre));
  const metres = [5, 2, 1].find((one) => one * power * metre <= room) * power;
  return { metres, pixels: metres * metre };
}

/** The shortest stretch around the world in which all xs are. */
function shortest(xs) {
  const sorted = [...xs].sort((a, b) => a - b);
  let from = 0;
  let gap = sorted[0] + 1 - sorted.at(-1);
  for (let at = 1; at < sorted.length; at += 1) {
    if (sorted[at] - sorted[at - 1] > gap) [from, gap] = [at, sorted[at] - sorted[at - 1]];
  }
  return { from: sorted[from], length: 1 - gap };
}

function turned(x) {
  return x - Math.floor(x);
}

function clamp(value, low, high) {
  return Math.min(high, Math.max(low, value));
}

const least = (a, b) => Math.min(a, b);
const most = (a, b) => Math.max(a, b);
