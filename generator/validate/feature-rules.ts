import { checkReference, problemAt, type Rule } from "./checked-rows";

/** What a feature implies is a row, and not itself. */
export const impliedFeatures: Rule = function* (rows) {
  for (const { row, raw } of rows.features)
    for (const [index, name] of row.implies.entries()) {
      if (name === row.name) yield problemAt(raw, ["implies", index], `${name} implies itself`, "take the name away");
      else yield* checkReference(rows, raw, ["implies", index], "feature", name);
    }
};

/** A feature without flags and without others that it implies is one that no platform has. */
export const emptyFeatures: Rule = function* (rows) {
  for (const { row, raw } of rows.features)
    if (row.compile_flags.length + row.link_flags.length + row.implies.length === 0)
      yield problemAt(
        raw,
        ["name"],
        `${row.name} has no flags, and implies nothing`,
        "state compile_flags, link_flags or implies",
      );
};

/** One table says of each platform what a feature is there, whichever LLVM compiles. */
export const featuresOfEveryLlvm: Rule = function* (rows) {
  for (const { row, raw } of rows.features)
    for (const field of ["compile_flags", "link_flags"] as const)
      for (const [index, entry] of row[field].entries())
        if (typeof entry !== "string" && entry.when.llvm !== undefined)
          yield problemAt(
            raw,
            [field, index, "when", "llvm"],
            "a feature is the same with every version of LLVM",
            "take the range away, or make two features of it",
          );
};
