import { evaluateCondition, type Operands } from "./c-condition";

const operands: Operands = {
  defined: (name) => ({ YES: true, NO: false })[name],
  value: (name, parameters) =>
    name === "EQUAL" ? parameters[0] === parameters[1] : ({ SIX: 6, ZERO: 0 } as Record<string, number>)[name],
};

test.each([
  ["defined YES", true],
  ["!defined (NO)", true],
  ["defined WHO", undefined],
  ["defined WHO || defined YES", true],
  ["defined WHO && defined NO", false],
  ["defined WHO && defined YES", undefined],
  ["SIX == 6 && !(ZERO)", true],
  ["SIX >= 7 || EQUAL (a, a)", true],
  ["EQUAL (a, b)", false],
  ["__GNUC_PREREQ (4, 3) || EQUAL (b, b)", true],
  ["SIZE == 4 && EQUAL (a, b)", false],
  ["SIX + 1 == 7", undefined],
  ["0", false],
  ["4L && 0", false],
  ["SIX == 6UL", true],
  ["SIX == 0x6", true],
  ["SIX == 06", true],
  ["SIX == 6.5", undefined],
  ["SIX == 09", undefined],
  ["defined YES YES", undefined],
])("%s is %s", (text, expected) => {
  expect(evaluateCondition(text, operands)).toBe(expected);
});
