import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

const folder = join(__dirname, "..", "..", "templates");
const suffix = ".hbs";

/** The templates of `templates/`: name without the suffix → text. */
export function readTemplates(): Map<string, string> {
  return new Map(
    readdirSync(folder)
      .filter((name) => name.endsWith(suffix))
      .map((name) => [name.slice(0, -suffix.length), readFileSync(join(folder, name), "utf8")]),
  );
}
