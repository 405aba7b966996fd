// Turns the generated waiter code of @aws-sdk/client-* back into data: operation, delays, acceptors with a JMESPath argument.
'use strict';
const fs = require('fs');
const path = require('path');

// Waiters whose code does not turn back (a filter inside a comparison), from their definitions.
const byHand = {
  'auto-scaling.GroupInService': {
    acceptors: [
      {
        state: 'success', matcher: 'path', expected: false,
        argument: "contains(AutoScalingGroups[].[length(Instances[?LifecycleState == 'InService']) >= MinSize][], `false`)",
      },
    ],
  },
  'dynamodb.KinesisStreamingDestinationActive': {
    acceptors: [
      { state: 'success', matcher: 'pathAny', argument: 'KinesisDataStreamDestinations[].DestinationStatus', expected: 'ACTIVE' },
      {
        state: 'failure', matcher: 'path', expected: true,
        argument: "length(KinesisDataStreamDestinations) > `0` && length(KinesisDataStreamDestinations[?DestinationStatus == 'DISABLED'"
          + " || DestinationStatus == 'ENABLE_FAILED']) == length(KinesisDataStreamDestinations)",
      },
    ],
  },
  'ecs.ServicesStable': {
    acceptors: [
      { state: 'failure', matcher: 'pathAny', argument: 'failures[].reason', expected: 'MISSING' },
      { state: 'failure', matcher: 'pathAny', argument: 'services[].status', expected: 'DRAINING' },
      { state: 'failure', matcher: 'pathAny', argument: 'services[].status', expected: 'INACTIVE' },
      {
        state: 'success', matcher: 'path', expected: true,
        argument: 'length(services[?!(length(deployments) == `1` && runningCount == desiredCount)]) == `0`',
      },
    ],
  },
};

/** The JMESPath of one generated returnComparator body; null when it holds something else than the known forms. */
function argumentOf(code) {
  const paths = { result: '' };
  const resolve = text => {
    const [head, ...tail] = text.split('.');
    return head in paths ? [paths[head], ...tail].filter(Boolean).join('.') : null;
  };
  let rest = code.trim().split('\n').map(line => line.trim()).join(' ');
  for (;;) {
    let m;
    if ((m = /^let (\w+) = \[\]\.concat\(\.\.\.([\w.]+)\); ?/.exec(rest))) {
      // The code flattens a projection's lists one by one: "a[]" does both.
      paths[m[1]] = resolve(m[2])?.replace(/$/, '[]');
    } else if ((m = /^let (\w+) = ([\w.]+)\.map\(\((\w+)\) => \{ return ([\w.]+); \}\); ?/.exec(rest))) {
      const from = resolve(m[2]);
      const member = m[4].split('.').slice(1).join('.');
      paths[m[1]] = from && (from.endsWith('[]') ? from : from + '[*]') + (member ? '.' + member : '');
    } else if ((m = /^return \(?([\w.]+?)(\.length)? ?(>|==) ?([\w".]+)\);$/.exec(rest))) {
      const from = resolve(m[1]);
      return from && `${m[2] ? `length(${from})` : from} ${m[3]} \`${m[4]}\``;
    } else {
      m = /^return ([\w.]+);$/.exec(rest);
      return m ? resolve(m[1]) : null;
    }
    rest = rest.slice(m[0].length);
  }
}

function acceptorOf(block) {
  const comparator = /const returnComparator = \(\) => \{([\s\S]*?)\n            \};/.exec(block);
  const argument = comparator && argumentOf(comparator[1]);
  if (!argument) return null;
  const state = /WaiterState\.(\w+)/.exec(block)[1].toLowerCase();
  const forms = [
    ['path', /returnComparator\(\) === "([^"]*)"/],
    ['pathAll', /allStringEq_\d+ && \(\w+ == "([^"]*)"\)/],
    ['pathAny', /if \(anyStringEq_\d+ == "([^"]*)"\)/],
  ];
  for (const [matcher, form] of forms) {
    const m = form.exec(block);
    if (m) return { state, matcher, argument, expected: m[1] };
  }
  const truth = /returnComparator\(\) == (true|false)/.exec(block);
  return truth ? { state, matcher: 'path', argument, expected: truth[1] === 'true' } : null;
}

function waiterOf(name, code) {
  const [, minDelay, maxDelay] = /minDelay: (\d+), maxDelay: (\d+)/.exec(code);
  const check = code.slice(code.indexOf('const checkState'), code.indexOf('export const'));
  const [body, caught] = check.split('catch (exception) {');
  const waiter = { operation: /client\.send\(new (\w+)Command/.exec(check)[1], minDelay: +minDelay, maxDelay: +maxDelay };
  if (byHand[name]) return { ...waiter, ...byHand[name] };
  const acceptors = body.split(/\n\s+try \{\n/).slice(1).filter(block => block.includes('returnComparator')).map(acceptorOf);
  if (acceptors.includes(null)) throw new Error(`waiter ${name} has a form that waiters.cjs does not know; write it by hand there`);
  const outside = body.replace(/\n\s+try \{\s*const returnComparator[\s\S]*?catch \(e\) \{ \}/g, '').split('reason = result')[1] ?? '';
  const always = /return \{ state: WaiterState\.(\w+), reason \}/.exec(outside);
  if (always) acceptors.push({ state: always[1].toLowerCase(), matcher: 'success', expected: true });
  for (const m of caught.matchAll(/exception\.name === "([^"]+)"\) \{\s+return \{ state: WaiterState\.(\w+)/g)) {
    acceptors.push({ state: m[2].toLowerCase(), matcher: 'error', expected: m[1] });
  }
  return { ...waiter, acceptors };
}

/** Waiter name -> { operation, minDelay, maxDelay (seconds), acceptors[] }. */
function readWaiters(service, packageFolder) {
  const folder = path.join(packageFolder, 'dist-es/waiters');
  if (!fs.existsSync(folder)) return {};
  const waiters = {};
  for (const file of fs.readdirSync(folder).filter(f => f.startsWith('waitFor')).sort()) {
    const name = file.replace('waitFor', '').replace('.js', '');
    waiters[name] = waiterOf(`${service}.${name}`, fs.readFileSync(path.join(folder, file), 'utf8'));
  }
  return waiters;
}

module.exports = { readWaiters };
