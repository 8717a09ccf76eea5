import Handlebars from "handlebars";
import { banner } from "./generated-tree";

/** Fills in a template of `templates/`, by its name there, and puts the line on top that tells where the file comes from. */
export type Render = (template: string, view: object) => string;

/** Starlark that a literal holds as it stands, `headers`. */
export class Expression {
  constructor(readonly text: string) {}
}

/** A Starlark dictionary whose keys may be expressions. */
export class Dictionary {
  constructor(readonly entries: readonly (readonly [unknown, unknown])[]) {}
}

/**
 * Compiles templates: strict, so that a field which a view lacks is an error, and unescaped, since the output is Starlark.
 * Templates make no decisions; they know two helpers, both about spelling:
 * `literal` spells a value as a Starlark literal, `concat` joins strings. Each may take in another by its name.
 */
export function createRender(templates: ReadonlyMap<string, string>): Render {
  const handlebars = Handlebars.create();
  handlebars.registerHelper("literal", (value: unknown) => starlarkLiteral(value));
  handlebars.registerHelper("concat", (...parts: unknown[]) => parts.slice(0, -1).join(""));
  for (const [name, text] of templates) handlebars.registerPartial(name, text);
  const compiled = new Map<string, Handlebars.TemplateDelegate>();
  return (name, view) => {
    let template = compiled.get(name);
    if (template === undefined) {
      const text = templates.get(name);
      if (text === undefined) throw new Error(`there is no template ${name}.hbs`);
      template = handlebars.compile(text, { strict: true, noEscape: true });
      compiled.set(name, template);
    }
    return banner + "\n" + template(view);
  };
}

/** A JSON-like value as a Starlark literal, with expressions and dictionaries among it; `undefined` is an error. */
export function starlarkLiteral(value: unknown): string {
  if (value === null) return "None";
  if (value === true) return "True";
  if (value === false) return "False";
  if (typeof value === "number" || typeof value === "bigint") return String(value);
  if (typeof value === "string") return JSON.stringify(value);
  if (Array.isArray(value))
    return value.length === 0 ? "[]" : `[\n${value.map((item) => `${starlarkLiteral(item)},\n`).join("")}]`;
  if (value instanceof Expression) return value.text;
  if (typeof value === "object") {
    const entries = value instanceof Dictionary ? value.entries : Object.entries(value);
    if (entries.length === 0) return "{}";
    return `{\n${entries.map(([key, item]) => `${starlarkLiteral(key)}: ${starlarkLiteral(item)},\n`).join("")}}`;
  }
  throw new Error(`a template asks for a value that its view does not have (${typeof value})`);
}
