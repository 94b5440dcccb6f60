// A table whose rows are keyed: one changed thing touches one row, and rows keep their place.

const collator = new Intl.Collator(undefined, { numeric: true });

/** Rows for things with an `id`. `draw(cells, thing)` fills a row's cells; `order(thing)` gives its sort key. */
export class Table {
  constructor(name, { draw, order }) {
    const table = document.getElementById(name);
    this.body = table.tBodies[0];
    this.frame = table.parentElement;
    this.empty = this.frame.nextElementSibling;
    this.numeric = [...table.tHead.rows[0].cells].map((cell) => cell.classList.contains("number"));
    this.draw = draw;
    this.order = order;
    this.things = new Map();
    this.rows = new Map();
  }

  /** Show exactly these things. */
  replace(things) {
    this.body.replaceChildren();
    this.things.clear();
    this.rows.clear();
    things.forEach((thing) => this.set(thing.id, thing));
    this.showEmpty();
  }

  /** Show a thing anew, or no longer (null). */
  set(id, thing) {
    if (thing === null) {
      this.rows.get(id)?.remove();
      this.rows.delete(id);
      this.things.delete(id);
    } else {
      this.things.set(id, thing);
      this.draw([...this.row(id, String(this.order(thing))).cells], thing);
    }
    this.showEmpty();
  }

  /** The row of a thing, in its place. */
  row(id, order) {
    const present = this.rows.get(id);
    if (present?.dataset.order === order) return present;
    const row = present ?? this.newRow();
    row.remove();
    row.dataset.order = order;
    row.dataset.id = id;
    this.rows.set(id, row);
    this.body.insertBefore(row, this.body.rows[this.placeOf(order)] ?? null);
    return row;
  }

  /** Where a row of that order belongs, by halving: a thousand agents are drawn at once. */
  placeOf(order) {
    let low = 0;
    let high = this.body.rows.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (collator.compare(this.body.rows[middle].dataset.order, order) > 0) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  newRow() {
    const row = document.createElement("tr");
    this.numeric.forEach((numeric, column) => {
      const cell = document.createElement(column === 0 ? "th" : "td");
      if (column === 0) cell.scope = "row";
      if (numeric) cell.className = "number";
      row.append(cell);
    });
    return row;
  }

  showEmpty() {
    this.frame.hidden = this.rows.size === 0;
    this.empty.hidden = this.rows.size !== 0;
  }
}
