/**
 * The JavaScript form of a CMake regular expression. The two agree in what upstream's files use; in CMake a backslash
 * inside brackets is an ordinary character, and so is a `]` that stands first.
 */
export function cmakeRegExp(pattern: string, flags = ""): RegExp {
  const brackets = /\[(\^?)(\]?)((?:[^\]])*)\]|\\./g;
  const converted = pattern.replace(
    brackets,
    (whole, negation: string | undefined, first: string | undefined, rest: string | undefined) =>
      rest === undefined ? whole : `[${negation}${first === "]" ? "\\]" : ""}${rest.replace(/[\\[]/g, "\\$&")}]`,
  );
  return new RegExp(converted, flags);
}
