// The editor of a cell: lines, undo, Python in the page's colors. Bundled into one file.
// The Tab key is left alone: it leads on, as it does everywhere else on the page.
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { python } from "@codemirror/lang-python";
import {
  HighlightStyle,
  bracketMatching,
  indentOnInput,
  indentUnit,
  syntaxHighlighting,
} from "@codemirror/language";
import { EditorState } from "@codemirror/state";
import { EditorView, keymap } from "@codemirror/view";
import { tags } from "@lezer/highlight";

const colors = HighlightStyle.define([
  { tag: tags.comment, color: "var(--pst-color-text-muted)", fontStyle: "italic" },
  {
    tag: [tags.keyword, tags.operatorKeyword, tags.modifier],
    color: "var(--filters-text)",
    fontWeight: "600",
  },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--result-text)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--image-text)" },
  { tag: [tags.definition(tags.variableName), tags.className], color: "var(--bias-text)" },
]);

const theme = EditorView.theme({
  "&": {
    backgroundColor: "var(--soft)",
    color: "var(--pst-color-text-base)",
    fontSize: "0.875rem",
  },
  "&.cm-focused": { outline: "3px solid var(--filters-text)" },
  ".cm-scroller": { fontFamily: "var(--pst-font-family-monospace)", lineHeight: "1.55" },
  ".cm-content": { padding: "0.9rem 0.6rem", caretColor: "currentColor" },
  ".cm-cursor": { borderLeftColor: "currentColor", borderLeftWidth: "2px" },
  "&.cm-focused .cm-selectionBackground, .cm-selectionBackground, ::selection": {
    backgroundColor: "color-mix(in srgb, var(--image) 30%, transparent) !important",
  },
  "&.cm-focused .cm-matchingBracket": { outline: "1px solid currentColor", background: "none" },
});

// onrun is called by Ctrl+Enter (⌘+Enter) and Shift+Enter, onchange after each change.
export function edit({ parent, code, label, onrun, onchange }) {
  const run = () => (onrun(), true);
  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc: code,
      extensions: [
        history(),
        indentOnInput(),
        indentUnit.of("    "),
        bracketMatching(),
        python(),
        syntaxHighlighting(colors),
        theme,
        EditorState.tabSize.of(4),
        EditorView.contentAttributes.of({ "aria-label": label }),
        EditorView.updateListener.of((update) => update.docChanged && onchange()),
        keymap.of([
          { key: "Mod-Enter", run },
          { key: "Shift-Enter", run },
        ]),
        keymap.of([...defaultKeymap, ...historyKeymap]),
      ],
    }),
  });
  return {
    code: () => view.state.doc.toString(),
    write: (text) =>
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } }),
    focus: () => view.focus(),
  };
}
