"use strict";
// How things look in a picture of links, and the same as an SVG file: shapes by kind, colours by rung and pole alone.

const SHAPES = {
  dataset: "ellipse", series: "ellipse", catalog: "ellipse", distribution: "ellipse",
  actor: "round-rectangle", body: "cut-rectangle", service: "hexagon", "data-service": "hexagon",
  agreement: "diamond", decision: "diamond", contract: "diamond", rule: "diamond",
  barrier: "octagon", law: "pentagon", licence: "pentagon", place: "triangle",
};

const POINTS = {
  hexagon: [[-1, 0], [-0.5, -0.87], [0.5, -0.87], [1, 0], [0.5, 0.87], [-0.5, 0.87]],
  diamond: [[0, -1], [1, 0], [0, 1], [-1, 0]],
  octagon: [[-0.42, -1], [0.42, -1], [1, -0.42], [1, 0.42], [0.42, 1], [-0.42, 1], [-1, 0.42], [-1, -0.42]],
  pentagon: [[0, -1], [0.95, -0.31], [0.59, 0.81], [-0.59, 0.81], [-0.95, -0.31]],
  triangle: [[0, -1], [1, 0.9], [-1, 0.9]],
  "cut-rectangle": [[-0.6, -1], [0.6, -1], [1, -0.6], [1, 0.6], [0.6, 1], [-0.6, 1], [-1, 0.6], [-1, -0.6]],
};

// The colours of the page as they are now: light or dark.
function paints() {
  const probe = document.createElement("span");
  probe.hidden = true;
  document.body.append(probe);
  const colour = name => {
    probe.style.color = `var(--${name})`;
    return getComputedStyle(probe).color;
  };
  const names = ["paper", "surface", "sunk", "ink", "soft", "edge", "line", "marker", "on-marker", "open", "public-not-open",
    "shared", "closed", "public", "private", "citizen"];
  const found = Object.fromEntries(names.map(name => [name, colour(name)]));
  probe.remove();
  return found;
}

// The colour of a thing: that of its rung, of its one pole, else ink. A body of several poles has none.
function toneOf(signs) {
  return signs.length === 1 ? signs[0][1] : "ink";
}

function styleOf(colours) {
  return [
    { selector: "node", style: {
      shape: node => SHAPES[node.data("kind")] ?? "ellipse",
      width: 30, height: 30,
      "background-color": node => colours[toneOf(node.data("signs"))] ?? colours.ink,
      "background-opacity": node => (node.data("signs").length ? 1 : 0.28),
      "border-width": 2, "border-color": node => colours[toneOf(node.data("signs"))] ?? colours.ink,
      label: "data(short)", color: colours.ink, "font-size": 12, "font-family": "Atkinson Hyperlegible Next, system-ui, sans-serif",
      "text-wrap": "wrap", "text-max-width": 116, "text-valign": "bottom", "text-margin-y": 5,
      "text-outline-color": colours.surface, "text-outline-width": 2.5, "min-zoomed-font-size": 7,
    } },
    { selector: "node.start", style: { width: 44, height: 44, "font-weight": "bold", "font-size": 14, "text-max-width": 170 } },
    { selector: "node:selected", style: { "border-width": 5, "border-color": colours.ink, "overlay-color": colours.marker,
      "overlay-opacity": 0.35, "overlay-padding": 7 } },
    { selector: "edge", style: {
      width: 1.4, "line-color": colours.edge, "curve-style": "bezier", "target-arrow-shape": "triangle",
      "target-arrow-color": colours.edge, "arrow-scale": 0.8, color: colours.soft, "font-size": 10, "text-rotation": "autorotate",
      "text-outline-color": colours.surface, "text-outline-width": 2, "min-zoomed-font-size": 9,
    } },
    { selector: "edge.near", style: { label: "data(label)", width: 2.4, "line-color": colours.ink, "target-arrow-color": colours.ink } },
    { selector: ".away", style: { display: "none" } },
  ];
}

function escaped(text) {
  return text.replace(/[&<>"]/g, letter => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[letter]);
}

function rows(text, length) {
  const made = [];
  for (const word of text.split(" ")) {
    const last = made.length - 1;
    if (last >= 0 && (made[last] + " " + word).length <= length) made[last] += " " + word;
    else made.push(word);
  }
  return made;
}

function drawnShape(node, colours) {
  const { x, y } = node.position(), half = node.width() / 2, tone = colours[toneOf(node.data("signs"))] ?? colours.ink;
  const paint = `fill="${tone}" fill-opacity="${node.data("signs").length ? 1 : 0.28}" stroke="${tone}" stroke-width="2"`;
  const shape = SHAPES[node.data("kind")] ?? "ellipse";
  if (shape === "ellipse") return `<circle cx="${x}" cy="${y}" r="${half}" ${paint}/>`;
  if (shape === "round-rectangle") {
    return `<rect x="${x - half}" y="${y - half}" width="${2 * half}" height="${2 * half}" rx="5" ${paint}/>`;
  }
  return `<polygon points="${POINTS[shape].map(([a, b]) => `${x + a * half},${y + b * half}`).join(" ")}" ${paint}/>`;
}

// What is shown, as a file: lines, shapes, names, in the colours of the page.
function svgOf(cy, title) {
  const colours = paints(), seen = cy.elements().filter(each => each.visible()), box = seen.boundingBox();
  const parts = [];
  seen.edges().forEach(edge => {
    const from = edge.sourceEndpoint(), to = edge.targetEndpoint();
    parts.push(`<line x1="${from.x}" y1="${from.y}" x2="${to.x}" y2="${to.y}" stroke="${colours.edge}" stroke-width="1.4"` +
      ` marker-end="url(#arrow)"><title>${escaped(edge.data("label"))}</title></line>`);
  });
  seen.nodes().forEach(node => {
    const { x, y } = node.position(), half = node.height() / 2;
    const lines = rows(node.data("short"), 20)
      .map((row, place) => `<tspan x="${x}" dy="${place ? 13 : 0}">${escaped(row)}</tspan>`).join("");
    parts.push(`<g><title>${escaped(`${node.data("kindName")}: ${node.data("name")}`)}</title>${drawnShape(node, colours)}` +
      `<text x="${x}" y="${y + half + 16}" text-anchor="middle" font-size="12" fill="${colours.ink}" stroke="${colours.surface}"` +
      ` stroke-width="3" paint-order="stroke">${lines}</text></g>`);
  });
  const room = 20, view = [box.x1 - room, box.y1 - room, box.w + 2 * room, box.h + 2 * room].map(Math.round);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${view.join(" ")}" width="${view[2]}" height="${view[3]}"` +
    ` font-family="'Atkinson Hyperlegible Next', system-ui, sans-serif"><title>${escaped(title)}</title>` +
    `<defs><marker id="arrow" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" orient="auto-start-reverse">` +
    `<path d="M0 0 10 5 0 10z" fill="${colours.edge}"/></marker></defs>` +
    `<rect x="${view[0]}" y="${view[1]}" width="100%" height="100%" fill="${colours.surface}"/>${parts.join("")}</svg>`;
}
