import { featuresOf } from "../schema/units";
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
    if (row.when === undefined && row.compile_flags.length + row.link_flags.length + row.implies.length === 0)
      yield problemAt(
        raw,
        ["name"],
        `${row.name} has no flags, and implies nothing`,
        "state compile_flags, link_flags, implies or when",
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

/** The features by which links get units: rows, each of which is said to go with others of the kind. */
export const linkedFeatures: Rule = function* (rows) {
  const linked = new Set<string>();
  for (const { row, raw } of rows.runtimes)
    for (const [index, unit] of row.units.entries())
      for (const [position, name] of featuresOf(unit).entries()) {
        linked.add(name);
        yield* checkReference(rows, raw, ["units", index, "link", "features", position], "feature", name);
      }
  for (const { row, raw } of rows.features) {
    const stated = [
      row.besides.length > 0 ? "besides" : [],
      row.companion ? "companion" : [],
      row.link_modes === undefined ? [] : "link_modes",
      row.option === undefined ? [] : "option",
      row.runtime_flags.length > 0 ? "runtime_flags" : [],
      row.sanitizer ? "sanitizer" : [],
    ].flat();
    if (!linked.has(row.name)) {
      for (const field of stated)
        yield problemAt(raw, [field], `no unit is linked by ${row.name}, which is flags alone`, "take the field away");
      continue;
    }
    for (const [index, name] of row.besides.entries())
      if (!linked.has(name))
        yield problemAt(
          raw,
          ["besides", index],
          `no unit is linked by a feature ${name}, so that it goes with everything`,
          "take the name away",
        );
    if (row.runtime_flags.length > 0 && !row.sanitizer)
      yield problemAt(
        raw,
        ["runtime_flags"],
        "runtimes are compiled for a sanitizer alone, by its constraint value",
        "state sanitizer: true",
      );
  }
};
