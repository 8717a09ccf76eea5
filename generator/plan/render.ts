import Handlebars from "handlebars";

import { printValue } from "../starlark/print-file";
import type { Value } from "../starlark/syntax";
import { banner } from "./generated-tree";

/** Fills in a template of `templates/`, by its name there, and puts the line on top that tells where the file comes from. */
export type Render = (template: string, view: object) => string;

/**
 * Compiles the frames, which files have whose text is mostly written by hand: strict, so that a field which a view lacks is an error, and unescaped, since the output is Starlark.
 * Templates make no decisions; they know two helpers, both about spelling:
 * `literal` spells a value as a Starlark literal, `concat` joins strings.
 */
export function createRender(templates: ReadonlyMap<string, string>): Render {
  const handlebars = Handlebars.create();
  handlebars.registerHelper("literal", (value: Value) => printValue(value));
  handlebars.registerHelper("concat", (...parts: unknown[]) => parts.slice(0, -1).join(""));
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
