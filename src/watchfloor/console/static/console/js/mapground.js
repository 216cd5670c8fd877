// What lies beneath the sites, so that it reads as a map: degrees, and how long a kilometre is.

import { graticule, project, scaleAt, scaleBar, unproject } from "./mercator.js";

const SVG = "http://www.w3.org/2000/svg";
const BAR = 140;
const EDGE = 18;  // so much room a label needs

/** Draw the ground of `map`, a MapView, in its box. */
export function drawGround(map) {
  const { box } = map;
  const lines = linesIn(map);
  const labelled = lines.filter(({ top, left }) => top > EDGE && left < map.size.width - 3 * EDGE);
  const bar = box.querySelector(".map-scale");
  const { metres, pixels } = scaleBar(map.at, BAR);
  box.querySelector(".map-grid").setAttribute("d", lines.map(({ path }) => path).join(""));
  box.querySelector(".map-degrees").replaceChildren(...labelled.map(label));
  bar.style.inlineSize = `${pixels}px`;
  bar.textContent = metres < 1000 ? `${metres} m` : `${(metres / 1000).toLocaleString("en-GB")} km`;
}

/** The degrees in view: {path, text, left, top} of each line. */
function linesIn({ at, size: { width, height } }) {
  const scale = scaleAt(at.zoom);
  const centre = project(at);
  const { step, digits } = graticule(scale / 360);
  const corner = (dx, dy) => unproject({ x: centre.x + dx / scale, y: centre.y + dy / scale });
  const south = corner(0, height / 2).lat;
  const north = corner(0, -height / 2).lat;
  const half = (width / scale) * 180;
  const meridians = steps(at.lon - half, at.lon + half, step).map((lon) => {
    const left = ((lon - at.lon) / 360) * scale + width / 2;
    const text = named(((((lon + 180) % 360) + 360) % 360) - 180, digits, "E", "W");
    return { path: `M${left.toFixed(1)} 0V${height}`, text, left: left + 4, top: height - 6 };
  });
  const parallels = steps(south, north, step).map((lat) => {
    const top = (project({ lat, lon: 0 }).y - centre.y) * scale + height / 2;
    return { path: `M0 ${top.toFixed(1)}H${width}`, text: named(lat, digits, "N", "S"), left: 6, top: top - 4 };
  });
  return [...meridians, ...parallels];
}

function steps(from, to, step) {
  const first = Math.ceil(from / step);
  return Array.from({ length: Math.max(0, Math.floor(to / step) - first + 1) }, (_, index) => (first + index) * step);
}

function named(degree, digits, positive, negative) {
  const amount = Math.abs(degree).toFixed(digits);
  if (Number(amount) === 0) return "0°";
  return `${amount}° ${degree > 0 ? positive : negative}`;
}

function label({ text, left, top }) {
  const element = document.createElementNS(SVG, "text");
  element.setAttribute("x", left.toFixed(1));
  element.setAttribute("y", top.toFixed(1));
  element.textContent = text;
  return element;
}
