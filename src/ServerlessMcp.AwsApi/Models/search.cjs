// Collects the words of every operation for the search over operations: its name, what its documentation begins with, its members.
// Only words: what they mean, their stems and their weights are the searcher's (Search/), so that there is one place for each.
'use strict';
const fs = require('fs');
const path = require('path');

const maxText = 700;

/** "DescribeDBInstancesV2" -> describe, db, instances, v2; "IPv4" and "ARNs" stay one word. The searcher splits the words of a question in the same way. */
function wordsOf(text) {
  const words = [];
  for (const [token] of text.replace(/\b(IP)v(?=[46])/g, '$1V').matchAll(/[A-Za-z0-9]+/g)) {
    for (const [part] of token.matchAll(/[A-Z]{2,}s(?![a-z])|[A-Z]+(?![a-z])\d*|[A-Z]?[a-z]+\d*|\d+[a-z]*/g)) words.push(part.toLowerCase());
  }
  return words;
}

/** The beginning of an operation's documentation without markup, to the end of a word. */
function textOf(packageFolder, operation) {
  const file = path.join(packageFolder, 'dist-types/commands', operation + 'Command.d.ts');
  const comment = /\n\/\*\*\n((?: \*.*\n)*?) \*\/\nexport declare class/.exec(fs.readFileSync(file, 'utf8'));
  if (!comment) return '';
  return comment[1].split(/\n \* ?@(?:example|param|throws|public|deprecated|see)/)[0].replace(/^ \* ?/gm, '')
    .replace(/<[^>]+>/g, ' ').replace(/&\w+;/g, ' ').replace(/https?:\S+/g, ' ').replace(/\s+/g, ' ').trim()
    .replace(/Amazon Web Services/g, 'AWS').slice(0, maxText).replace(/\w+$/, '');
}

class SearchWords {
  numbers = new Map();
  operations = [];

  /** @param lines the model's lines of the operations, in the order of their names */
  add(service, packageFolder, names, lines, shapes) {
    names.forEach((name, i) => {
      const membersOf = number => (number === undefined ? [] : Object.keys(shapes[number].m ?? {}));
      const fields = [
        wordsOf(name),
        wordsOf(textOf(packageFolder, name)),
        membersOf(lines[i].i).flatMap(wordsOf),
        membersOf(lines[i].o).flatMap(wordsOf),
      ];
      const isRead = lines[i].a === 'Read' || lines[i].a === 'List';
      this.operations.push([`${service} ${name} ${isRead ? 'r' : 'c'}${lines[i].x ? 'x' : ''}`, fields]);
    });
  }

  number(word) {
    if (!this.numbers.has(word)) this.numbers.set(word, this.numbers.size);
    return this.numbers.get(word);
  }

  /** Line 1: all words; then a line an operation: "service name access|name words|text words|input words|output words" by number. */
  lines() {
    const lines = this.operations.map(([head, fields]) =>
      [head, ...fields.map(words => words.map(word => this.number(word)).join(' '))].join('|'));
    return [[...this.numbers.keys()].join(' '), ...lines];
  }
}

module.exports = { SearchWords };
