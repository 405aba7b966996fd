// A package of the old form has no schemas at run time: they are made here from its type declarations, in the form that schemas.cjs reads.
// Sound for JSON-RPC services only, where a member's name, type and being required are all that goes over the wire; all else stops the build.
'use strict';
const fs = require('fs');
const path = require('path');

const scalars = { string: 0, number: 1, boolean: 2, Date: 4, Uint8Array: 21 };
const listBit = 64, mapBit = 128;
const withoutComments = text => text.replace(/\/\*\*[\s\S]*?\*\//g, '');

class Declarations {
  constructor(folder, exported) {
    this.exported = exported;
    this.schemas = {};
    this.collections = {};
    const models = path.join(folder, 'dist-types/models');
    const text = fs.readdirSync(models).filter(file => /^models_\d+\.d\.ts$/.test(file)).sort()
      .map(file => withoutComments(fs.readFileSync(path.join(models, file), 'utf8'))).join('\n');
    for (const [, name, body] of text.matchAll(/^export interface (\w+) \{\n([\s\S]*?)^\}/gm)) this.structure(3, name, body, '    ');
    for (const [, name, body] of text.matchAll(/^export declare class (\w+) extends __BaseException \{\n([\s\S]*?)^\}/gm)) this.structure(-3, name, body, '    ');
    for (const [, name, body] of text.matchAll(/^export declare namespace (\w+) \{\n([\s\S]*?)^\}/gm)) this.structure(4, name, body, '        ');
  }

  /** Of a union each choice is declared once as a member that must be there; the others are its absent ones. */
  structure(kind, name, body, indent) {
    const members = [...body.matchAll(new RegExp(`^${indent}(\\w+)(\\??): (.+);$`, 'gm'))].filter(([, , , type]) => type !== 'never' && !type.includes(' => '));
    const isRequired = ([, , optional]) => kind === 3 && !optional;
    const sorted = [...members.filter(isRequired), ...members.filter(member => !isRequired(member))];
    const names = sorted.map(([, member]) => member);
    const distinct = kind === 4 ? sorted.filter(([, member], i) => names.indexOf(member) === i) : sorted;
    this.schemas[name] = [
      kind, '', name, 0, distinct.map(([, member]) => member),
      distinct.map(([, member, , type]) => this.type(type.replace(/ \| undefined$/, ''), `${name}.${member}`)), members.filter(isRequired).length];
  }

  /** A list and a map are named by what they hold: the declarations have no names for them. */
  type(type, where) {
    const values = Object.values(this.exported[type] ?? {});
    const scalar = values.length && values.every(value => typeof value === 'string') ? scalars.string : scalars[type];
    if (scalar !== undefined) return scalar;
    const [, item] = /^(\w+)\[\]$/.exec(type) ?? /^Record<string, (\w+)>$/.exec(type) ?? [];
    if (item) {
      const of = this.type(item, where), isList = type.endsWith(']');
      if (typeof of === 'number') return (isList ? listBit : mapBit) | of;
      return this.collections[type] ??= isList ? [1, '', `${item}List`, 0, of] : [2, '', `${item}Map`, 0, scalars.string, of];
    }
    if (!/^\w+$/.test(type)) throw new Error(`${where} is declared as ${type}, which cannot be read`);
    return () => {
      if (!this.schemas[type]) throw new Error(`${where} is declared as ${type}, which is not declared`);
      return this.schemas[type];
    };
  }

  operation(folder, name) {
    const text = withoutComments(fs.readFileSync(path.join(folder, 'dist-types/commands', `${name}Command.d.ts`), 'utf8'));
    const [, input] = /CommandInput extends (\w+) \{/.exec(text), [, output] = /CommandOutput extends (\w+), __MetadataBearer \{/.exec(text);
    return [9, '', name, 0, () => this.schemas[input], () => this.schemas[output]];
  }
}

/** What a package of the new form exports, and the protocol's settings, of one of the old form. */
function readDeclared(folder, exported, code) {
  const [, version] = /"content-type": "application\/x-amz-json-(1\.[01])"/.exec(code) ?? [];
  const [, target] = /"x-amz-target": `(\w+)\.\$\{operation\}`/.exec(code) ?? [];
  if (!version || !target) throw new Error(`${folder} has no schemas, and is no JSON-RPC service`);
  if (/SensitiveLog|parseRfc\w*DateTime|eventStreamSerde/.test(code)) throw new Error(`${folder} has no schemas, and has secrets, dates or streams that its declarations do not tell`);
  const declarations = new Declarations(folder, exported);
  const errors = Object.values(declarations.schemas).filter(([kind]) => kind === -3);
  const operations = Object.keys(exported).map(name => /^(\w+)Command$/.exec(name)?.[1]).filter(name => name && name !== '$');
  return {
    protocol: `awsJson${version.replace('.', '_')}`,
    settings: { serviceTarget: target },
    exported: {
      ...exported,
      ...Object.fromEntries(errors.map(error => [`${error[2]}$`, error])),
      ...Object.fromEntries(operations.map(name => [`${name}$`, declarations.operation(folder, name)])),
    },
  };
}

module.exports = { readDeclared };
