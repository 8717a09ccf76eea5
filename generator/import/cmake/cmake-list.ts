/** The elements of a CMake list: separated by semicolons that are neither escaped nor inside square brackets. */
export function listElements(value: string): string[] {
  if (value === "") return [];
  if (!/[\\[]/.test(value)) return value.split(";");
  const elements: string[] = [];
  let element = "";
  let depth = 0;
  for (let index = 0; index < value.length; index++) {
    const character = value[index]!;
    if (character === "\\" && value[index + 1] === ";") {
      element += ";";
      index++;
    } else if (character === ";" && depth === 0) {
      elements.push(element);
      element = "";
    } else {
      if (character === "[") depth++;
      else if (character === "]" && depth > 0) depth--;
      element += character;
    }
  }
  return [...elements, element];
}

/** A CMake list of `elements`. */
export function listOf(elements: readonly string[]): string {
  return elements.join(";");
}
