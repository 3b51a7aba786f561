"use strict";
// The editor: the plain form grows into one with colours, completion and answers below it. Without script it stays a form.

(() => {
  const form = document.getElementById("ask"), box = document.getElementById("query");
  if (!form || !box || typeof Yasgui === "undefined") return;
  const words = JSON.parse(form.dataset.words), language = form.dataset.language;
  const { Yasqe, Yasr } = Yasgui;
  const place = document.getElementById("editor"), shown = document.getElementById("answer"), told = document.getElementById("state");

  // Prefixes, classes and properties as the description of this graph has them, in place of those of services elsewhere.
  let asked;
  const vocabulary = () => asked ??= fetch(form.dataset.vocabulary).then(answer => {
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.json();
  }).catch(() => ({ prefixes: {}, classes: [], properties: [] }));
  const stored = { persistenceId: undefined, bulk: true, autoShow: true };
  Yasqe.forkAutocompleter("prefixes", { name: "prefixes", ...stored, get: async () =>
    Object.entries((await vocabulary()).prefixes).map(([prefix, space]) => `${prefix}: <${space}>`).sort() });
  Yasqe.forkAutocompleter("class", { name: "class", ...stored, get: async () => (await vocabulary()).classes });
  Yasqe.forkAutocompleter("property", { name: "property", ...stored, get: async () => (await vocabulary()).properties });

  const escapedText = text => text.replace(/[&<>"']/g, letter => `&#${letter.charCodeAt(0)};`);

  // The table in the words of the page.
  class TablePlugin extends Yasr.plugins.table {
    constructor(yasr) {
      super(yasr);
      this.label = words.table;
      this.helpReference = "";
    }

    // A thing leads to its page here, whose address is the same whatever the IRI holds.
    getUriLinkFromBinding(cell, prefixes) {
      const known = Object.entries(prefixes ?? {}).find(([, space]) => cell.value.startsWith(space));
      const name = known ? `${known[0]}:${cell.value.slice(known[1].length)}` : `<${cell.value}>`;
      const page = new URL(form.dataset.entity, location.href);
      page.searchParams.set("iri", cell.value);
      return `<a class="iri" target="_blank" rel="noopener" href="${escapedText(page.href)}">${escapedText(name)}</a>`;
    }

    // What is searched and sorted is text, written so that nothing takes it for markup, not even to clean it.
    getColumns() {
      return super.getColumns().map((column, place) => (place === 0 ? column : { ...column, render: (cell, use, ...rest) =>
        (cell !== "" && (!use || use === "filter" || use === "sort") ? escapedText(cell.value) : column.render(cell, use, ...rest)) }));
    }
  }
  Object.assign(Yasr.plugins.table.defaults.tableConfig, { language: {
    info: "_START_–_END_ / _TOTAL_", infoEmpty: "0", infoFiltered: "(/ _MAX_)", zeroRecords: words.nothing, emptyTable: words.nothing,
  } });
  TablePlugin.defaults = Yasr.plugins.table.defaults;
  class ResponsePlugin extends Yasr.plugins.response {
    constructor(yasr) {
      super(yasr);
      this.label = words.response;
      this.helpReference = "";
    }
  }
  ResponsePlugin.defaults = Yasr.plugins.response.defaults;
  Yasr.registerPlugin("table", TablePlugin);
  Yasr.registerPlugin("response", ResponsePlugin);
  Yasr.registerPlugin("chart", ChartPlugin);
  Yasr.registerPlugin("map", MapPlugin);
  ChartPlugin.words = MapPlugin.words = words;
  ChartPlugin.language = language;

  form.querySelector(".plain-query").hidden = true;
  document.getElementById("rich").hidden = false;

  // What stands in the address goes before what stands on the page: it is what somebody shared.
  const shared = new URLSearchParams(location.hash.slice(1)).get("query");
  const editor = new Yasqe(place, {
    value: shared ?? box.value, persistenceId: null, consumeShareLink: null, createShareableLink: undefined, showQueryButton: false,
    resizeable: false, editorHeight: "auto", viewportMargin: Infinity, lineWrapping: true,
    autocompleters: ["variables", "prefixes", "class", "property"],
    requestConfig: {
      endpoint: form.getAttribute("action"), method: "POST", headers: () => ({ "Accept-Language": language }),
      acceptHeaderSelect: "application/sparql-results+json,*/*;q=0.1", acceptHeaderGraph: "text/turtle,*/*;q=0.1",
    },
  });
  const answers = new Yasr(shown, {
    persistenceId: null, prefixes: () => ({ ...editor.getPrefixesFromQuery() }), pluginOrder: ["table", "chart", "map", "response"],
    errorRenderers: [error => problem(error)],
  });
  form.editor = editor;

  box.required = false;
  const field = editor.getInputField();
  field.setAttribute("aria-label", words.query);
  field.setAttribute("aria-describedby", "keys");
  // Tab leaves the editor, as it leaves every other field.
  editor.setOption("extraKeys", { ...editor.getOption("extraKeys"), Tab: false, "Shift-Tab": false });
  const state = (text, busy = false) => {
    told.textContent = text;
    document.getElementById("stop").hidden = !busy;
    shown.setAttribute("aria-busy", busy);
  };

  async function run() {
    state(words.running, true);
    try {
      await editor.query();
    } catch {
      // Told below, where the answer would stand.
    }
  }
  editor.on("queryResponse", (_, answer, milliseconds) => {
    const seconds = (milliseconds / 1000).toLocaleString(language, { maximumFractionDigits: 2 });
    answers.setResponse(answer, milliseconds);
    shown.hidden = false;
    const rows = answers.results?.getBindings()?.length;
    state([words.answered.replace("%(seconds)s", seconds), rows === undefined ? "" : `${rows.toLocaleString(language)} ${words.rows}`].join(" "));
  });
  editor.on("queryAbort", () => state(words.stopped));

  document.getElementById("run").addEventListener("click", run);
  document.getElementById("stop").addEventListener("click", () => editor.abortQuery());
  editor.setOption("extraKeys", { ...editor.getOption("extraKeys"), "Ctrl-Enter": run, "Cmd-Enter": run });
  // The form's own button still gives the answer as a file: in the format chosen beside it.
  form.addEventListener("submit", () => { box.value = editor.getValue(); });
  document.getElementById("share").addEventListener("click", async () => {
    const address = new URL(location.href);
    address.search = new URLSearchParams(language ? { lang: language } : {}).toString();
    address.hash = new URLSearchParams({ query: editor.getValue() }).toString();
    history.replaceState(null, "", address);
    try {
      await navigator.clipboard.writeText(address.href);
      state(words.copied);
    } catch {
      state(words.shared);
    }
  });
  document.getElementById("examples").addEventListener("click", event => {
    const link = event.target.closest("a[data-query]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    editor.setValue(link.dataset.query);
    history.replaceState(null, "", link.href);
    document.getElementById("rich").scrollIntoView({ block: "start" });
    run();
  });

  // Why there is no answer, in the reader's language: the limits of the endpoint, or where the query is not well-formed.
  async function problem(error) {
    let body;
    try {
      body = JSON.parse(error.text);
    } catch {
      body = { title: error.status ? String(error.status) : words.unreached, detail: "" };
    }
    const place = document.createElement("div");
    place.className = "problem";
    place.setAttribute("role", "alert");
    const add = (tag, text) => {
      if (!text) return;
      const made = document.createElement(tag);
      made.textContent = text;
      place.append(made);
    };
    add("strong", body.title);
    add("p", body.detail);
    add("p", body.remedy);
    add("p", { 429: words.busy, 503: words.limits, 413: words.large }[error.status]);
    if (body.line) editor.setCursor({ line: body.line - 1, ch: Math.max(0, (body.column ?? 1) - 1) });
    state("");
    shown.hidden = false;
    return place;
  }

  // What the parts below lack for who does not see them: names of fields, and roles that fit.
  function name() {
    const labels = { "Simple view": words.simple, "Ellipse": words.short, "Page size: ": words.size };
    shown.querySelectorAll(".yasr_plugin_control, .tableControls").forEach(part => {
      const texts = document.createTreeWalker(part, NodeFilter.SHOW_TEXT);
      for (let text = texts.nextNode(); text; text = texts.nextNode()) {
        if (labels[text.data]) text.data = `${labels[text.data]} `;
      }
    });
    shown.querySelectorAll(".tableFilter").forEach(each => { each.placeholder = words.filter; });
    shown.querySelectorAll(".yasr_btn[aria-label]").forEach(each => { each.removeAttribute("aria-label"); });
    shown.querySelectorAll(".yasr_downloadIcon").forEach(each => { each.title = words.save; each.setAttribute("aria-label", words.save); });
    const say = (selector, text) => shown.querySelectorAll(selector).forEach(each => each.setAttribute("aria-label", text));
    say(".tableFilter", words.filter);
    say(".tableSizer", words.size);
    shown.querySelectorAll("input[type=checkbox]:not([aria-label])").forEach(each =>
      each.setAttribute("aria-label", each.closest("label, div")?.textContent.trim() || words.filter));
    shown.querySelectorAll("thead th").forEach(each => {
      if (each.textContent.trim()) return;
      const told = document.createElement("span");
      told.className = "hidden";
      told.textContent = words.number;
      each.append(told);
    });
    shown.querySelectorAll(".yasr_results").forEach(each => each.setAttribute("tabindex", "0"));
  }
  new MutationObserver(name).observe(shown, { childList: true, subtree: true });
  if (shared) run();
})();
