/** The value, which validation has made sure is there. Throws where it is not. */
export function present<Value>(value: Value | undefined, what: string): Value {
  if (value === undefined) throw new Error(`there is no ${what}: validation has not been run`);
  return value;
}
