// The outline that a tenant drew beneath its sites: coasts, districts, the walls of a campus.

import { nearest, project, scaleAt } from "./mercator.js";

const SVG = "http://www.w3.org/2000/svg";
const DETAIL = 100_000;  // units across: pictures keep seven digits, no more

export class Outline {
  #frame;

  /** group: where it is drawn; shapes: [{is_area, rings: [[[lon, lat], …], …]}]. */
  constructor(group, shapes) {
    this.group = group;
    this.#frame = frameOf(shapes);
    group.replaceChildren(...shapes.map((shape) => pathOf(shape, this.#frame)));
  }

  /** Move it to where `map` looks: the copy of the world that is nearest to the centre. */
  draw({ at, size }) {
    const { left, top, middle, unit } = this.#frame;
    const scale = scaleAt(at.zoom);
    const centre = project(at);
    const x = (nearest(middle, centre.x) - middle + left - centre.x) * scale + size.width / 2;
    const y = (top - centre.y) * scale + size.height / 2;
    this.group.setAttribute("transform", `translate(${x.toFixed(2)} ${y.toFixed(2)}) scale(${(scale / unit).toPrecision(9)})`);
  }
}

/** Where it lies, and units as fine as a picture takes them, whether a campus or a continent. */
function frameOf(shapes) {
  const points = shapes.flatMap(({ rings }) => rings.flat()).map(([lon, lat]) => project({ lat, lon }));
  const [left, right] = ends(points.map(({ x }) => x));
  const [top, bottom] = ends(points.map(({ y }) => y));
  return { left, top, middle: (left + right) / 2, unit: DETAIL / Math.max(right - left, bottom - top, 1e-9) };
}

function ends(values) {
  return values.reduce(([low, high], value) => [Math.min(low, value), Math.max(high, value)], [1, 0]);
}

function pathOf({ is_area, rings }, { left, top, unit }) {
  const path = document.createElementNS(SVG, "path");
  const spot = ([lon, lat]) => {
    const { x, y } = project({ lat, lon });
    return `${((x - left) * unit).toFixed(1)} ${((y - top) * unit).toFixed(1)}`;
  };
  path.setAttribute("d", rings.map((ring) => `M${ring.map(spot).join("L")}${is_area ? "Z" : ""}`).join(""));
  if (is_area) path.classList.add("map-area");
  return path;
}
