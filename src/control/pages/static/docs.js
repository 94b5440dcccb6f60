// The API's documentation, drawn from the OpenAPI document that the program itself wrote.

const METHODS = ["get", "put", "post", "delete"];
const PLAIN = ["string", "integer", "number", "boolean"];

const api = await (await fetch("/api/v1/openapi.json")).json();

function element(tag, className, ...children) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...children);
  return made;
}

/** A schema with its reference followed, and the "or null" that optional fields carry taken off. */
function resolve(schema) {
  if (schema.$ref) return resolve(schema.$ref.split("/").slice(1).reduce((part, name) => part[name], api));
  const choices = schema.anyOf?.filter((choice) => choice.type !== "null");
  return choices?.length === 1 ? { ...resolve(choices[0]), ...schema, anyOf: undefined } : schema;
}

/** What a value looks like, in a few words. */
function typeOf(given) {
  const schema = resolve(given);
  if (schema.enum) return schema.enum.join(" | ");
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.anyOf) return schema.anyOf.map(typeOf).join(" or ");
  if (schema.type === "array") return `list of ${typeOf(schema.items ?? {})}`;
  if (schema.type === "object" && !schema.properties) return "object";
  return schema.format ?? schema.title?.replace(/(Declared|Shown)$/, "") ?? schema.type ?? "anything";
}

/** Text in which `words` between backticks are code. */
function said(text) {
  return text.split("`").map((piece, index) => (index % 2 ? element("code", "", piece) : piece));
}

function bounds(schema) {
  const low = schema.minimum ?? schema.exclusiveMinimum;
  const high = schema.maximum ?? schema.exclusiveMaximum;
  const range = low !== undefined && high !== undefined ? [`${low} to ${high}`] : [];
  const preset = (schema.default ?? null) === null ? [] : [`${JSON.stringify(schema.default)} by default`];
  return [...range, ...preset];
}

/** A definition list of fields: name, type, bounds, and what is said about each. */
function fields(entries) {
  const list = element("dl", "fields");
  for (const { name, schema, required, description } of entries) {
    const known = resolve(schema);
    const type = PLAIN.includes(known.type) ? known.enum?.join(" | ") ?? known.format ?? known.type : typeOf(schema);
    const notes = [required && "required", ...bounds(known), description ?? known.description].filter(Boolean);
    const about = element("dd", "", element("span", "type", type), " ", ...said(notes.join(" · ")));
    list.append(element("dt", "", name), about);
  }
  return list;
}

/** The fields of a document, those of documents within it too; only in one to be sent does "required" say something. */
function propertiesOf(given, sent) {
  const schema = resolve(given);
  const required = new Set(sent ? schema.required : []);
  return Object.entries(schema.properties ?? {}).flatMap(([name, property]) => {
    const known = resolve(property);
    const inner = known.type === "array" ? resolve(known.items ?? {}) : known;
    const entry = { name, schema: property, required: required.has(name), description: property.description };
    return [entry, ...propertiesOf(inner, sent).map((item) => ({ ...item, name: `${name}.${item.name}` }))];
  });
}

function part(heading, entries) {
  return entries.length ? [element("h3", "", heading), fields(entries)] : [];
}

function draw(method, path, operation) {
  const body = operation.requestBody?.content["application/json"]?.schema;
  const success = Object.entries(operation.responses).find(([status]) => status.startsWith("2"));
  const answer = success[1].content?.["application/json"]?.schema;
  const about = element("span", "about", ...said(operation.description ?? ""));
  const verb = element("span", "method", method.toUpperCase());
  const summary = element("summary", "", verb, element("code", "", path), about);
  const content = element(
    "div", "",
    ...part("Parameters", operation.parameters ?? []),
    ...part("Body", body ? propertiesOf(body, true) : []),
    ...part(`Answer ${success[0]}`, answer ? propertiesOf(answer, false) : []),
  );
  return element("details", "", summary, content);
}

const groups = new Map();
for (const [path, operations] of Object.entries(api.paths)) {
  for (const method of METHODS.filter((name) => name in operations)) {
    const tag = operations[method].tags?.[0] ?? "other";
    groups.set(tag, [...(groups.get(tag) ?? []), draw(method, path, operations[method])]);
  }
}
for (const [tag, operations] of groups) {
  document.getElementById("operations").append(element("section", "", element("h2", "", tag), ...operations));
}
