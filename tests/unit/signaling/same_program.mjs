/** Whether two scripts are one program to the TypeScript compiler's parser: the same tree of the same names and literals. */

import { readFileSync } from 'node:fs';
import ts from 'typescript';

/** @param {string} path */
function* tree(path) {
  const options = { languageVersion: ts.ScriptTarget.ESNext, jsDocParsingMode: ts.JSDocParsingMode.ParseNone };
  const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), options, false, ts.ScriptKind.JS);
  if (source.parseDiagnostics.length > 0) throw new Error(`${path}: ${source.parseDiagnostics[0].messageText}`);
  /** @type {[ts.Node, number][]} */
  const waiting = [[source, 0]];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const [node, depth] = next;
    if (node !== source) yield `${depth} ${ts.SyntaxKind[node.kind]} ${node.rawText ?? node.text ?? node.escapedText ?? ''}`;
    /** @type {[ts.Node, number][]} */
    const children = [];
    ts.forEachChild(node, (child) => void children.push([child, depth + 1]));
    waiting.push(...children.reverse());
  }
}

const [first, second] = process.argv.slice(2).map((path) => [...tree(path)]);
const at = first.findIndex((node, index) => node !== second[index]);
if (at >= 0 || first.length !== second.length) {
  console.log(`${first.length} and ${second.length} nodes, first apart: “${first[at]}” and “${second[at]}”`);
  process.exit(1);
}
console.log(first.length);
