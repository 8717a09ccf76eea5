import { createRender } from "./render";

test("is strict: a field that the view lacks is an error, not an empty text", () => {
  const render = createRender(new Map([["x", "name = {{name}}"]]));
  expect(() => render("x", {})).toThrow(/name/);
  expect(() => render("y", {})).toThrow(/there is no template y\.hbs/);
});

test("does not escape: Starlark is not HTML", () => {
  const render = createRender(new Map([["x", "{{value}}"]]));
  expect(render("x", { value: "<a & b>" })).toContain("<a & b>");
});
