"use strict";
// Two ways to look at an answer beside the table: bars for a column of numbers, a map for a column of shapes.

const SVG_SPACE = "http://www.w3.org/2000/svg";

function shape(name, attributes, text) {
  const made = document.createElementNS(SVG_SPACE, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text !== undefined) made.textContent = text;
  return made;
}

function titled(element, text) {
  element.append(shape("title", {}, text));
  return element;
}

function icon(way) {
  const made = shape("svg", { viewBox: "0 0 24 24", width: 15, height: 15, fill: "none", stroke: "currentColor", "stroke-width": 2 });
  made.append(shape("path", { d: way }));
  return made;
}

const localName = iri => decodeURIComponent(iri.replace(/[/#]+$/, "").split(/[/#]/).pop() || iri);

class ChartPlugin {
  static NUMBERS = /#(integer|decimal|double|float|int|long|nonNegativeInteger)$/;
  static MOST = 60;
  priority = 4;
  helpReference = "";

  constructor(yasr) {
    this.yasr = yasr;
    this.label = ChartPlugin.words.chart;
  }

  columns() {
    const rows = this.yasr.results?.getBindings() ?? [], names = this.yasr.results?.getVariables() ?? [];
    const numeric = name => rows.some(row => row[name]) && rows.every(row => !row[name] || ChartPlugin.NUMBERS.test(row[name].datatype ?? ""));
    const number = names.find(numeric), label = names.find(name => !numeric(name));
    return number && label ? { number, label, rows } : undefined;
  }

  canHandleResults() {
    return Boolean(this.columns());
  }

  getIcon() {
    return icon("M4 20V10M10 20V4M16 20v-7M22 20H2");
  }

  draw() {
    const { number, label, rows } = this.columns(), shown = rows.filter(row => row[number]).slice(0, ChartPlugin.MOST);
    const amounts = shown.map(row => Number(row[number].value)), top = Math.max(...amounts, 0) || 1;
    const picture = shape("svg", { viewBox: `0 0 720 ${shown.length * 46 + 8}`, class: "drawn", role: "img", "aria-label": `${label}, ${number}` });
    shown.forEach((row, place) => {
      const text = row[label] ? (row[label].type === "uri" ? localName(row[label].value) : row[label].value) : "–";
      const wide = Math.max(1, amounts[place] / top * 620), y = place * 46;
      picture.append(
        shape("text", { x: 0, y: y + 15, "font-size": 14, class: "tone-ink" }, text.length > 80 ? text.slice(0, 79) + "…" : text),
        titled(shape("rect", { x: 0, y: y + 21, width: wide, height: 18, rx: 2, class: "tone-ink", "fill-opacity": 0.8 }), `${text}: ${amounts[place]}`),
        shape("text", { x: wide + 6, y: y + 35, "font-size": 14, "font-weight": 700, class: "tone-ink" }, amounts[place].toLocaleString(ChartPlugin.language)));
    });
    this.yasr.resultsEl.append(picture);
  }
}

class MapPlugin {
  static NUMBER = /-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?/g;
  priority = 3;
  helpReference = "";

  constructor(yasr) {
    this.yasr = yasr;
    this.label = MapPlugin.words.map;
  }

  column() {
    const rows = this.yasr.results?.getBindings() ?? [];
    return this.yasr.results?.getVariables()?.find(name => rows.some(row => /#wktLiteral$/.test(row[name]?.datatype ?? "")));
  }

  canHandleResults() {
    return Boolean(this.column());
  }

  getIcon() {
    return icon("M12 21s-7-6-7-11a7 7 0 0 1 14 0c0 5-7 11-7 11zM12 12a2 2 0 1 0 0-4 2 2 0 0 0 0 4");
  }

  // The rings and points of a shape in WKT, each a list of [longitude, latitude].
  static rings(text) {
    const plain = text.replace(/^\s*<[^>]*>\s*/, "");
    return (plain.match(/[^()]*\d[^()]*/g) ?? []).map(ring => ring.split(",").map(pair => (pair.match(MapPlugin.NUMBER) ?? []).slice(0, 2).map(Number)))
      .map(ring => ring.filter(pair => pair.length === 2)).filter(ring => ring.length);
  }

  draw() {
    const column = this.column(), names = this.yasr.results.getVariables().filter(name => name !== column);
    const shapes = this.yasr.results.getBindings().filter(row => row[column]).map(row => ({
      rings: MapPlugin.rings(row[column].value),
      text: names.map(name => row[name] && (row[name].type === "uri" ? localName(row[name].value) : row[name].value)).filter(Boolean).join(" · "),
    }));
    const points = shapes.flatMap(each => each.rings.flat());
    if (!points.length) return;
    const [west, east] = [Math.min(...points.map(p => p[0])), Math.max(...points.map(p => p[0]))];
    const [south, north] = [Math.min(...points.map(p => p[1])), Math.max(...points.map(p => p[1]))];
    // Degrees of longitude shrink towards the pole: as wide as they are in the middle of the picture.
    const squeeze = Math.cos((south + north) / 2 * Math.PI / 180), wide = Math.max((east - west) * squeeze, 1e-6), high = Math.max(north - south, 1e-6);
    const scale = Math.min(680 / wide, 480 / high);
    const at = ([x, y]) => [20 + (x - west) * squeeze * scale, 20 + (north - y) * scale];
    const picture = shape("svg", { viewBox: `0 0 720 ${Math.round(high * scale) + 40}`, class: "drawn", role: "img", "aria-label": this.label });
    for (const each of shapes) {
      for (const ring of each.rings) {
        const drawn = ring.length === 1
          ? shape("circle", { cx: at(ring[0])[0], cy: at(ring[0])[1], r: 5, class: "tone-ink" })
          : shape("path", { d: `M${ring.map(pair => at(pair).map(n => n.toFixed(1)).join(" ")).join("L")}`, class: "tone-ink edge-ink", "fill-opacity": 0.12 });
        picture.append(titled(drawn, each.text));
      }
    }
    this.yasr.resultsEl.append(picture);
  }
}
