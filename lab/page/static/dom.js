// Short ways to make and find elements.

/** The element with an id. */
export const byId = (id) => document.getElementById(id);

/** Makes an element: make("td", {class: "good", dataset: {test: "x"}}, "text", child). */
export function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key === "dataset") Object.assign(element.dataset, value);
    else if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (value === true) element.setAttribute(key, "");
    else if (value !== false && value !== undefined) element.setAttribute(key, value);
  }
  element.append(...children.filter((child) => child !== undefined && child !== null));
  return element;
}

/** A table of texts. The first cell of a row is its heading. */
export function makeTable(head, rows) {
  const cells = ([first, ...others]) =>
    [make("th", { scope: "row" }, String(first)), ...others.map((cell) => make("td", {}, String(cell)))];
  return make("table", {},
    make("thead", {}, make("tr", {}, ...head.map((cell) => make("th", { scope: "col" }, cell)))),
    make("tbody", {}, ...rows.map((row) => make("tr", {}, ...cells(row)))));
}

/** Options of a <select>: pairs of value and text. */
export function fillSelect(select, options, chosen) {
  select.replaceChildren(...options.map(([value, text]) => make("option", { value }, text)));
  select.value = chosen;
}

/** A colour that the style sheet names. */
export const color = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
