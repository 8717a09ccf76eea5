/** Whether a condition holds; undefined where that cannot be told from the source alone. */
export type Truth = boolean | undefined;

/** What the operands of a condition are: `defined NAME`, `NAME`, or `NAME (arguments)`. */
export interface Operands {
  defined(name: string): Truth;
  /** The value of a name, or of a call; undefined where it is not known. */
  value(name: string, parameters: readonly string[]): number | boolean | undefined;
}

/** The expression after `#if`, of C's preprocessor, as far as its operands are known. Text that is no expression is not known. */
export function evaluateCondition(text: string, operands: Operands): Truth {
  const tokens = text.match(/[A-Za-z_]\w*|\d[\w.]*|&&|\|\||[=!<>]=|[^\s\w]/g) ?? [];
  let next = 0;
  const take = (token: string): boolean => tokens[next] === token && next++ >= 0;

  const parseOr = (): Truth => {
    let result = parseAnd();
    while (take("||")) {
      const right = parseAnd();
      result =
        result === true || right === true ? true : result === undefined || right === undefined ? undefined : false;
    }
    return result;
  };
  const parseAnd = (): Truth => {
    let result = parseComparison();
    while (take("&&")) {
      const right = parseComparison();
      result =
        result === false || right === false ? false : result === undefined || right === undefined ? undefined : true;
    }
    return result;
  };
  const parseComparison = (): Truth => {
    const left = parseUnary();
    const operator = tokens[next];
    if (!/^(?:==|!=|<=|>=|<|>|-|\+|\*|\/|%|&|\|)$/.test(operator ?? ""))
      return left === undefined ? undefined : Boolean(left);
    next++;
    const right = parseUnary();
    // Arithmetic and comparisons of what is not a plain number say nothing.
    if (typeof left !== "number" || typeof right !== "number" || !/[=<>]/.test(operator!)) return skipRest();
    const compare: Record<string, boolean> = {
      "==": left === right,
      "!=": left !== right,
      "<=": left <= right,
      ">=": left >= right,
      "<": left < right,
      ">": left > right,
    };
    return compare[operator!];
  };
  /** Whatever follows an operand that is not understood, up to the end of this term. */
  const skipRest = (): undefined => {
    for (let depth = 0; next < tokens.length; next++) {
      const token = tokens[next]!;
      if (depth === 0 && (token === "&&" || token === "||" || token === ")")) return undefined;
      if (token === "(") depth++;
      if (token === ")") depth--;
    }
    return undefined;
  };
  const parseUnary = (): number | Truth => {
    if (take("!")) {
      const value = parseUnary();
      return value === undefined ? undefined : !value;
    }
    if (take("(")) {
      const value = parseOr();
      take(")");
      return value;
    }
    const token = tokens[next++];
    if (token === undefined) return undefined;
    if (/^\d/.test(token)) return integerOf(token);
    if (token === "defined") {
      const parenthesized = take("(");
      const name = tokens[next++] ?? "";
      if (parenthesized) take(")");
      return operands.defined(name);
    }
    if (!/^[A-Za-z_]/.test(token)) return undefined;
    return operands.value(token, tokens[next] === "(" ? takeParameters() : []);
  };
  const takeParameters = (): string[] => {
    const parameters: string[] = [""];
    let depth = 0;
    for (; next < tokens.length; next++) {
      const token = tokens[next]!;
      if (token === "(" && ++depth === 1) continue;
      if (token === ")" && --depth === 0) break;
      if (token === "," && depth === 1) parameters.push("");
      else parameters[parameters.length - 1] += token;
    }
    next++;
    return parameters;
  };
  const result = parseOr();
  return next < tokens.length ? undefined : result;
}

/** An integer of C, in any base and of any type; undefined for what is none. */
function integerOf(token: string): number | undefined {
  const digits = /^(0[xX][0-9a-fA-F]+|\d+)[uUlL]*$/.exec(token)?.[1];
  if (digits === undefined) return undefined;
  if (!/^0\d/.test(digits)) return Number(digits);
  return /^[0-7]+$/.test(digits) ? parseInt(digits, 8) : undefined;
}
