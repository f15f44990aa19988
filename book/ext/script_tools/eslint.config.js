// The rules for every script of the book, and the globals of the place where each runs.
import js from "@eslint/js";
import globals from "globals";

const rules = {
  ...js.configs.recommended.rules,
  // `_` names what stands before the argument that is used, as in map((_, k) => k).
  "no-unused-vars": ["error", { argsIgnorePattern: "^_$" }],
  eqeqeq: "error",
  "no-var": "error",
  "prefer-const": ["error", { destructuring: "all" }],
};

const places = [
  [["book/**/*.js"], globals.browser],
  [["book/assets/run/worker.js"], globals.worker],
  [["book/ext/sw_template.js"], globals.serviceworker],
  [["tests/scripts/*.js", "book/ext/script_tools/*.js"], globals.node],
];

export default [
  { rules, linterOptions: { reportUnusedDisableDirectives: "error" } },
  ...places.map(([files, known]) => ({ files, languageOptions: { globals: known } })),
];
