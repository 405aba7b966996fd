// Reads what the runtime schemas of @aws-sdk/client-* lack from their type declarations: sentences, enum types, deprecation.
'use strict';
const fs = require('fs');
const path = require('path');

// What some operations of S3 begin with, before they say what they do.
const notice = /^(?:End of support notice: .*? For more information, see .*?\. )?This (?:operation|functionality) is not supported (?:for|by) directory buckets ?\. /;

/** The first telling sentence of a documentation comment, without markup, at most 300 characters; undefined when there is none. */
function firstSentence(comment) {
  const text = comment.split(/\n@(?:example|param|throws|public|deprecated|see)/)[0]
    .replace(/<[^>]+>/g, ' ').replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&')
    .replace(/\\([{}])/g, '$1').replace(/@\w+/g, ' ').replace(/\s+/g, ' ').trim();
  const telling = text.replace(notice, '') || text;
  if (!telling) return undefined;
  const sentence = /^.{20,300}?[.!?](?= |$)/.exec(telling);
  return sentence ? sentence[0] : telling.slice(0, 300);
}

/** Interface name -> member name -> { doc, type }. A line parser: the files are generated and regular. */
function readInterfaces(packageFolder) {
  const folder = path.join(packageFolder, 'dist-types/models');
  const result = {};
  for (const file of fs.readdirSync(folder).filter(f => /^(models_\d+|errors)\.d\.ts$/.test(f)).sort()) {
    readFile(fs.readFileSync(path.join(folder, file), 'utf8'), result);
  }
  return result;
}

function readFile(text, result) {
  let comment = '', inComment = false, lines = [], members = null;
  for (const line of text.split('\n')) {
    const trimmed = line.trim();
    if (trimmed.startsWith('/**')) {
      inComment = true;
      lines = [trimmed.slice(3).replace(/\*\/$/, '').trim()];
    } else if (inComment && trimmed !== '*/') {
      lines.push(trimmed.replace(/^\* ?/, ''));
    }
    if (inComment) {
      if (trimmed.endsWith('*/')) {
        inComment = false;
        comment = lines.join('\n').trim();
      }
      continue;
    }
    const head = /^export (?:interface|declare class|type) (\w+)/.exec(line);
    const member = /^    (?:readonly )?(\w+)\??: (.+);$/.exec(line);
    if (head) members = result[head[1]] = {};
    else if (line === '}') members = null;
    else if (members && member) {
      members[member[1]] = { doc: firstSentence(comment), type: member[2].replace(/ \| undefined/g, '').replace(/\[\]$/, '') };
    }
    if (head || member) comment = '';
  }
}

/** What an operation does and which errors it documents. */
function readOperation(packageFolder, operation) {
  const file = path.join(packageFolder, 'dist-types/commands', operation + 'Command.d.ts');
  const comment = /\n\/\*\*\n((?: \*.*\n)*?) \*\/\nexport declare class/.exec(fs.readFileSync(file, 'utf8'));
  if (!comment) return { errors: [] };
  const body = comment[1].split('\n').map(line => line.replace(/^ \* ?/, '')).join('\n');
  const errors = [...body.matchAll(/@throws \{@link (\w+)\}/g)].map(m => m[1]).filter(name => !/ServiceException$/.test(name));
  return { doc: firstSentence(body), errors, deprecated: /@deprecated/.test(body) };
}

module.exports = { readInterfaces, readOperation };
