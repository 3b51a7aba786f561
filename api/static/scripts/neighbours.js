"use strict";
// The picture of what a thing is linked with: to move in, to grow at any thing, to narrow by kind, to save.

(() => {
  const MOST = 500;
  const around = document.getElementById("around");
  if (!around || typeof cytoscape === "undefined") return;
  const words = JSON.parse(around.dataset.words), start = around.dataset.iri;
  const part = name => around.querySelector(`[data-part="${name}"]`);
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const known = new Map(), grown = new Set(), away = new Set();
  around.hidden = false;

  const cy = cytoscape({
    container: part("stage"), style: styleOf(paints()), minZoom: 0.08, maxZoom: 3,
    boxSelectionEnabled: false, selectionType: "single",
  });
  around.picture = cy;

  const short = text => {
    const plain = text.replace(/^\[Illustration\]\s+/i, "");
    return plain.length > 64 ? plain.slice(0, 62).trimEnd() + "…" : plain;
  };

  function arrange(anew) {
    const seen = cy.elements(":visible");
    const layout = seen.layout({
      name: "fcose", quality: seen.length > 400 ? "default" : "proof", randomize: anew, animate: !still.matches && seen.length < 250,
      animationDuration: 400, nodeDimensionsIncludeLabels: true, idealEdgeLength: 120, nodeRepulsion: 12000, nodeSeparation: 110,
      gravity: 0.2, packComponents: true, padding: 30, fit: true,
    });
    layout.one("layoutstop", () => { around.dataset.arranged = Number(around.dataset.arranged ?? 0) + 1; });
    layout.run();
  }

  // Adds what was read; gives how many things were added.
  function take(told) {
    const before = cy.nodes().length;
    cy.batch(() => {
      for (const node of told.nodes) {
        if (cy.getElementById(node.id).nonempty() || cy.nodes().length >= MOST) continue;
        known.set(node.kind, node.kindName);
        const near = cy.getElementById(told.nodes[0].id);
        const place = near.nonempty() ? { x: near.position("x") + Math.random() * 80 - 40, y: near.position("y") + Math.random() * 80 - 40 }
          : { x: 0, y: 0 };
        cy.add({ group: "nodes", position: place, classes: node.id === start ? "start" : "",
          data: { ...node, name: node.label, short: short(node.label) } });
      }
      for (const edge of told.edges) {
        const id = `${edge.source} ${edge.property} ${edge.target}`;
        if (cy.getElementById(id).nonempty()) continue;
        if (cy.getElementById(edge.source).empty() || cy.getElementById(edge.target).empty()) continue;
        cy.add({ group: "edges", data: { id, ...edge } });
      }
    });
    return cy.nodes().length - before;
  }

  async function grow(iri) {
    if (grown.has(iri)) return;
    const address = new URL(around.dataset.source, location.href);
    address.searchParams.set("iri", iri);
    try {
      const answer = await fetch(address, { headers: { "Accept-Language": around.dataset.language } });
      if (!answer.ok) throw new Error(String(answer.status));
      const told = await answer.json(), first = cy.nodes().empty();
      grown.add(iri);
      take(told);
      offerKinds();
      tellTones();
      narrow();
      arrange(first);
      tell(cy.getElementById(iri), cy.nodes().length >= MOST ? words.full : told.more ? words.more : "");
    } catch {
      tell(cy.getElementById(iri), words.failed);
    }
    count();
  }

  function offerKinds() {
    const place = part("kinds");
    place.replaceChildren(...[...known].sort((a, b) => a[1].localeCompare(b[1])).map(([kind, name]) => {
      const label = document.createElement("label"), box = document.createElement("input");
      box.type = "checkbox";
      box.checked = !away.has(kind);
      box.addEventListener("change", () => {
        if (box.checked) away.delete(kind); else away.add(kind);
        narrow();
        count();
      });
      label.append(box, shapeOf(kind), name);
      return label;
    }));
  }

  // The shape that a kind has in the picture.
  function shapeOf(kind) {
    const picture = document.createElementNS("http://www.w3.org/2000/svg", "svg"), shape = SHAPES[kind] ?? "ellipse";
    picture.setAttribute("viewBox", "-1.2 -1.2 2.4 2.4");
    picture.setAttribute("aria-hidden", "true");
    picture.innerHTML = shape === "ellipse" ? '<circle r="1"/>' : shape === "round-rectangle"
      ? '<rect x="-1" y="-1" width="2" height="2" rx="0.3"/>' : `<polygon points="${POINTS[shape].join(" ")}"/>`;
    return picture;
  }

  // What the colours mean that are in the picture: each with its sign and its word.
  function tellTones() {
    const met = new Map();
    cy.nodes().forEach(node => node.data("signs").forEach(([family, sign, word]) => met.set(`${family}-${sign}`, [family, sign, word])));
    part("tones").replaceChildren(...[...met].sort().map(([name, [family, , word]]) => {
      const told = document.createElement("span");
      told.className = `${family} ${name}`;
      told.innerHTML = `<svg class="sign" width="18" height="18" aria-hidden="true"><use href="${around.dataset.signs}#${name}"/></svg>`;
      told.append(word);
      return told;
    }));
  }

  function narrow() {
    cy.batch(() => cy.nodes().forEach(node => node.toggleClass("away", away.has(node.data("kind")) && node.id() !== start)));
  }

  function count() {
    const seen = cy.nodes().filter(node => !node.hasClass("away")), nodes = seen.length, edges = seen.edgesWith(seen).length;
    const write = number => number.toLocaleString(around.dataset.language);
    part("count").textContent = words.count.replace("%(nodes)s", write(nodes)).replace("%(edges)s", write(edges));
    around.dataset.nodes = nodes;
  }

  // Says below the picture what is chosen, and offers what can be done with it.
  function tell(node, note = "") {
    const place = part("chosen");
    if (!node || node.empty()) {
      place.textContent = note || words.none;
      return;
    }
    const name = document.createElement("strong"), told = document.createElement("span"), link = document.createElement("a");
    name.textContent = node.data("name");
    told.className = "soft";
    told.textContent = [node.data("kindName"), ...node.data("signs").map(sign => sign[2])].join(" · ");
    link.href = node.data("href");
    link.textContent = words.open;
    const more = document.createElement("button");
    more.type = "button";
    more.className = "button-light";
    more.textContent = grown.has(node.id()) ? words.expanded : words.expand;
    more.disabled = grown.has(node.id()) || cy.nodes().length >= MOST;
    more.addEventListener("click", () => grow(node.id()));
    place.replaceChildren(name, told, link, more, note);
  }

  cy.on("select", "node", event => {
    cy.edges().removeClass("near");
    event.target.connectedEdges().addClass("near");
    tell(event.target);
  });
  cy.on("unselect", "node", () => {
    cy.edges().removeClass("near");
    tell(null);
  });
  cy.on("dbltap", "node", event => grow(event.target.id()));

  function save(name, type, content) {
    const link = document.createElement("a");
    link.download = name;
    link.href = URL.createObjectURL(new Blob([content], { type }));
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  }

  const zoom = factor => cy.zoom({ level: cy.zoom() * factor, renderedPosition: { x: cy.width() / 2, y: cy.height() / 2 } });
  const deeds = {
    nearer: () => zoom(1.3),
    farther: () => zoom(1 / 1.3),
    all: () => cy.fit(cy.elements(":visible"), 30),
    arrange: () => arrange(true),
    svg: () => save("links.svg", "image/svg+xml", svgOf(cy, document.title)),
    png: async () => save("links.png", "image/png", await cy.png({ output: "blob-promise", full: true, scale: 2, maxWidth: 6000, bg: paints().surface })),
  };
  around.addEventListener("click", event => deeds[event.target.dataset?.do]?.());
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => cy.style(styleOf(paints())));
  tell(null);
  grow(start);
})();
