// What quiz and widgets take for a number. Run by `python run.py scripts`.
import assert from "node:assert/strict";
import { test } from "node:test";
import { typedNumber } from "../../book/widgets/typed.js";

const SAID = {
  "whole numbers": { 12: 12, " 4 ": 4, "+7": 7, "007": 7, 0: 0 },
  "a minus as a hyphen, a minus sign or an en dash": { "-3": -3, "−3": -3, "–3": -3, "− 3": -3 },
  "a decimal point or a decimal comma": {
    2.5: 2.5,
    "1,5": 1.5,
    "−0,25": -0.25,
    ".5": 0.5,
    "3.": 3,
    "12,34": 12.34,
    "0,500": 0.5,
    "1234,5": 1234.5,
    "1,5000": 1.5,
  },
  "thousands grouped by commas or spaces": {
    "1,500": 1500,
    "1 000": 1000,
    "−4,800": -4800,
    "1\u202f234\u00a0567": 1234567,
    "1,234.5": 1234.5,
    "1 234,5": 1234.5,
    "1,234,567": 1234567,
  },
  "powers of ten": { "1e-3": 0.001, "2.5E2": 250, "1,5e3": 1500, "−1e−3": -0.001 },
  fractions: { "1/2": 0.5, "−1/4": -0.25, "1 / −4": -0.25, "1,000/8": 125, "1,5/3": 0.5 },
};
for (const [what, cases] of Object.entries(SAID))
  test(`read: ${what}`, () => {
    for (const [text, value] of Object.entries(cases))
      assert.equal(typedNumber(text), value, JSON.stringify(text));
  });

const NOTHING = {
  "nothing and words": ["", " ", "abc", "six", "3 px", "-", ".", ",", "e3", "NaN"],
  "what only a program calls a number": ["0x10", "0b1", "Infinity", "-Infinity", "1_000", "1n"],
  "no division by zero, no chain, no half of one": ["1/0", "0/0", "1/2/3", "/2", "1/", "/", "1/x"],
  "numbers that lie side by side or mix their signs": [
    "1 2",
    "12 34",
    "1 0000",
    "0 500",
    "1,2,3",
    "1.2.3",
    "1.234,5",
    "1,234 567",
    "--3",
    "3-",
    "1e",
    "1e3.5",
  ],
  "too large for a number": ["1e999", "-1e999"],
};
for (const [what, texts] of Object.entries(NOTHING))
  test(`refused: ${what}`, () => {
    for (const text of texts) assert.ok(Number.isNaN(typedNumber(text)), JSON.stringify(text));
  });
