// Writes one compact model a service: Brotli of lines of JSON, so that a reader parses a line only when it needs it.
// Line 1: the head (protocol, endpoints, names in order); then one line each operation, shape, enum and waiter.
// And one index: the Regions of each partition, the other names of each service. And the words of all operations, for the search. And the
// IAM actions of all operations, with the ARNs that each action is granted on.
'use strict';
const fs = require('fs');
const path = require('path');
const zlib = require('zlib');
const { createRequire } = require('module');
const { readDeclared } = require('./declared.cjs');
const { readInterfaces, readOperation } = require('./docs.cjs');
const { readPagers, pagerOf } = require('./pagers.cjs');
const { readWaiters } = require('./waiters.cjs');
const { readPartitions, endpointTable } = require('./endpoints.cjs');
const { Shapes, traitsOf } = require('./schemas.cjs');
const { SearchWords } = require('./search.cjs');
const access = require('./access.cjs');

// Names that people know from the AWS CLI and that are neither the package's name, nor the service id, nor the signing name.
const commandLineNames = { 'cloudwatch-logs': ['logs'], 'cost-explorer': ['ce'], 'elastic-load-balancing-v2': ['elbv2'], sfn: ['stepfunctions'] };

function operationLine(operation, schema, shapes, context) {
  const traits = traitsOf(schema[3]);
  const { doc, errors, deprecated } = readOperation(context.folder, operation);
  const input = shapes.use(schema[4]).t, output = shapes.use(schema[5]).t;
  const level = access.levelOf(context.service, context.actions, operation, traits.http?.[0], context.protocol.startsWith('rest'));
  return {
    i: input === 'unit' ? undefined : input,
    o: output === 'unit' ? undefined : output,
    d: doc,
    h: traits.http?.slice(0, 2),
    hp: traits.endpoint?.[0],
    ck: traits.httpChecksum ? 1 : undefined,
    x: deprecated ? 1 : undefined,
    a: level,
    s: access.sensitivityOf(context.service, operation, level),
    es: [input, output].some(id => shapes.hasEventStream(id)) ? 1 : undefined,
    e: errors.map(name => context.exported[name + '$']).filter(Array.isArray).map(error => shapes.use(error).t),
    pg: pagerOf(context.service, operation, context.pagers, shapes.all[input]?.m, shapes.all[output]?.m),
  };
}

function signingNameOf(config, operation) {
  let schemes = [];
  try {
    schemes = config.httpAuthSchemeProvider({ operation, region: 'us-east-1' });
  } catch {
    // S3 answers from its endpoint rules, which want more than a Region; its default is right.
  }
  return schemes.map(scheme => scheme.signingProperties?.name).find(Boolean) ?? config.defaultSigningName;
}

function dumpService(service, npm, npmFolder, partitions, search, permissions) {
  const packageFile = npm.resolve(`@aws-sdk/client-${service}/package.json`);
  const folder = path.dirname(packageFile);
  const code = fs.readFileSync(path.join(folder, 'dist-cjs/index.js'), 'utf8');
  const module = npm('@aws-sdk/client-' + service);
  const client = Object.keys(module).find(name => /Client$/.test(name) && name !== '__Client');
  const { config } = new module[client]({ region: 'us-east-1', credentials: { accessKeyId: 'none', secretAccessKey: 'none' } });
  const { protocol, settings, exported } = config.protocol
    ? { protocol: config.protocol.getShapeId().split('#')[1], settings: config.protocolSettings, exported: module }
    : readDeclared(folder, module, code);
  const operations = Object.values(exported).filter(s => Array.isArray(s) && s[0] === 9).sort((a, b) => (a[2] < b[2] ? -1 : 1));
  const names = operations.map(schema => schema[2]);
  const signingName = signingNameOf(config, names[0]);
  const context = { service, folder, exported, protocol, actions: access.readActions(npmFolder, signingName), pagers: readPagers(code) };
  access.checkReviewed(service, names);

  const shapes = new Shapes(service, exported, readInterfaces(folder));
  const operationLines = operations.map(schema => operationLine(schema[2], schema, shapes, context));
  shapes.review.check();
  const methods = operations.map(schema => [schema[2], traitsOf(schema[3]).http?.[0]]);
  permissions.add(service, signingName, methods, protocol.startsWith('rest'));
  search.add(service, folder, names, operationLines, shapes.all);
  const waiters = readWaiters(service, folder);
  const head = {
    service, id: config.serviceId, package: npm(packageFile).version, api: config.apiVersion, protocol,
    target: settings.serviceTarget, ns: settings.xmlNamespace, qc: settings.awsQueryCompatible ? 1 : undefined, signingName,
    endpoints: endpointTable(service, config.endpointProvider, partitions),
    operations: names, shapes: shapes.all.length, enums: shapes.enums.length, waiters: Object.keys(waiters),
  };
  return [head, ...operationLines, ...shapes.all, ...shapes.enums, ...Object.values(waiters)];
}

function write(folder, name, lines) {
  const text = Buffer.from(lines.map(line => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n') + '\n');
  const packed = zlib.brotliCompressSync(text, { params: { [zlib.constants.BROTLI_PARAM_SIZE_HINT]: text.length } });
  fs.writeFileSync(path.join(folder, name + '.br'), packed);
  console.log(`AWS models: ${name}: ${(text.length / 1024).toFixed(0)} KB, ${(packed.length / 1024).toFixed(0)} KB packed`);
}

/** Replaces OUTPUT by the models of every @aws-sdk/client-* that package.json names, and their index. */
function dumpAll(npmFolder, output) {
  process.removeAllListeners('warning');
  process.on('warning', () => { }); // the SDK's note on Node versions to come: the lock file decides which SDK runs here
  const npm = createRequire(path.join(npmFolder, 'package.json'));
  const services = Object.keys(npm('./package.json').dependencies).filter(name => name.startsWith('@aws-sdk/client-'))
    .map(name => name.slice('@aws-sdk/client-'.length)).sort();
  const fresh = output + '.new';
  fs.rmSync(fresh, { recursive: true, force: true });
  fs.mkdirSync(fresh, { recursive: true });
  const partitions = readPartitions(npmFolder);
  const index = { partitions, services: {} };
  const search = new SearchWords();
  const permissions = new access.Permissions(npmFolder);
  for (const service of services) {
    const lines = dumpService(service, npm, npmFolder, partitions, search, permissions);
    index.services[service] = [lines[0].id, lines[0].signingName, ...(commandLineNames[service] ?? [])];
    write(fresh, service, lines);
  }
  write(fresh, 'index', [index]);
  write(fresh, 'search', search.lines());
  write(fresh, 'permissions', [{ operations: permissions.operations, prefixes: permissions.prefixes }]);
  fs.rmSync(output, { recursive: true, force: true });
  fs.renameSync(fresh, output);
}

module.exports = { dumpAll };
