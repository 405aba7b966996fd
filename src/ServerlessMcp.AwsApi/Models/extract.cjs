// Extracts compact service models from the pinned npm packages: node extract.cjs OUTPUT_FOLDER
// Everything is written below OUTPUT_FOLDER: npm/ (the packages), models/*.br (one a service), stamp.
// Safe when several builds run at once: one works, the others wait and find its result.
'use strict';
const crypto = require('crypto');
const fs = require('fs');
const path = require('path');
const { spawnSync } = require('child_process');

const out = path.resolve(process.argv[2]);
const npmFolder = path.join(out, 'npm');
const stamp = path.join(out, 'stamp');
const lock = path.join(out, 'lock');
const sources = fs.readdirSync(__dirname).filter(f => /\.(cjs|json)$/.test(f)).sort();

function fail(sentence) {
  // The form "origin : error CODE: text" is what MSBuild shows as an error of its own.
  console.error(`AWS models : error SMCP001: ${sentence}`);
  process.exit(1);
}

function hashOf(files) {
  const hash = crypto.createHash('sha256');
  for (const file of files) hash.update(file).update('\0').update(fs.readFileSync(path.join(__dirname, file))).update('\0');
  return hash.digest('hex');
}

const read = file => { try { return fs.readFileSync(file, 'utf8'); } catch { return ''; } };
const sleep = ms => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

function isAlive(pid) {
  try { process.kill(pid, 0); return true; } catch (e) { return e.code === 'EPERM'; }
}

function takeLock() {
  const deadline = Date.now() + 15 * 60_000;
  for (;;) {
    try {
      fs.writeFileSync(lock, String(process.pid), { flag: 'wx' });
      process.on('exit', () => fs.rmSync(lock, { force: true }));
      return;
    } catch (e) {
      if (e.code !== 'EEXIST') throw e;
    }
    const owner = Number(read(lock));
    // An owner that died left its lock behind; one that has not yet written its id is young.
    if (owner > 0 && !isAlive(owner)) fs.rmSync(lock, { force: true });
    if (Date.now() > deadline) fail(`another build has held ${lock} for 15 minutes; delete that file if no build is running.`);
    sleep(200);
  }
}

function install() {
  const wanted = hashOf(['package.json', 'package-lock.json']);
  if (read(path.join(npmFolder, 'stamp')) === wanted) return;
  fs.rmSync(npmFolder, { recursive: true, force: true });
  fs.mkdirSync(npmFolder, { recursive: true });
  for (const file of ['package.json', 'package-lock.json']) fs.copyFileSync(path.join(__dirname, file), path.join(npmFolder, file));
  const npm = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'],
    { cwd: npmFolder, encoding: 'utf8', shell: process.platform === 'win32' });
  if (npm.error) fail('npm was not found; it comes with Node.js 20 or newer, put it on the PATH.');
  if (npm.status !== 0) fail(`"npm ci" could not bring the pinned packages (${npm.stderr.trim().split('\n')[0]}).`);
  fs.writeFileSync(path.join(npmFolder, 'stamp'), wanted);
}

if (Number(process.versions.node.split('.')[0]) < 20) fail(`Node.js 20 or newer is needed, this is ${process.versions.node}.`);
fs.mkdirSync(out, { recursive: true });
if (read(path.join(__dirname, 'package-lock.json')).includes('"resolved"')) {
  fail('package-lock.json names where packages come from; write it again with npm\'s --omit-lockfile-registry-resolved.');
}
takeLock();
const wanted = hashOf(sources);
if (read(stamp) !== wanted) {
  fs.rmSync(stamp, { force: true });
  install();
  try {
    require('./dump.cjs').dumpAll(npmFolder, path.join(out, 'models'));
  } catch (e) {
    console.error(e.stack);
    fail(`the pinned packages do not have the form that Models/*.cjs know (${e.message}).`);
  }
}
// Written even when nothing changed: its time tells MSBuild that the result is newer than the sources.
fs.writeFileSync(stamp, wanted);
