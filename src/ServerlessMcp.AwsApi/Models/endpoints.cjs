// Evaluates a service's endpoint rules over every Region once, at build, and keeps a template a partition plus the exceptions.
'use strict';
const fs = require('fs');
const path = require('path');

/** Partition id -> its Regions, sorted, from the SDK's own table. */
function readPartitions(npmFolder) {
  const file = path.join(npmFolder, 'node_modules/@aws-sdk/core/dist-es/submodules/client/util-endpoints/lib/aws/partitions.js');
  const code = fs.readFileSync(file, 'utf8').replace(/export /g, '');
  const table = new Function(code + '; return typeof partitionsInfo !== "undefined" ? partitionsInfo : partitions;')();
  return Object.fromEntries(table.partitions.map(p => [p.id, Object.keys(p.regions).filter(region => !/global/.test(region)).sort()]));
}

const variants = ['', 'f', 'd', 'fd']; // FIPS, dual stack

// Services that stand in few Regions and answer for all: where they stand, first the one that the others turn to. Their rules give every
// Region a host name, which resolves to nothing. Sources: AWS Health User Guide, "Accessing the AWS Health API"; AWS Billing, "AWS Price List
// endpoints"; AWS General Reference, "Cost Optimization Hub endpoints".
const homes = {
  'cost-optimization-hub': { aws: ['us-east-1'] },
  health: { aws: ['us-east-1', 'us-east-2'], 'aws-cn': ['cn-northwest-1'], 'aws-us-gov': ['us-gov-west-1'] },
  pricing: { aws: ['us-east-1', 'eu-central-1', 'ap-south-1'] },
};

const settings = { UseGlobalEndpoint: false, Accelerate: false, ForcePathStyle: false, DisableMultiRegionAccessPoints: false };

/** The endpoint of the Region, or of its service's home, signed for there. */
function endpointAtHome(service, provider, partition, region, variant) {
  const home = homes[service]?.[partition];
  if (!home || home.includes(region)) return endpointOf(provider, region, variant);
  const endpoint = endpointOf(provider, home[0], variant);
  if (!endpoint) return null;
  const [host, name = '', signed = ''] = endpoint.split('|');
  return `${host.replace('{r}', home[0])}|${name}|${signed || home[0]}`;
}

/** "host|signing name|signing Region", the last two empty when they are the service's and the Region itself; null without an endpoint. */
function endpointOf(provider, region, variant) {
  let endpoint;
  try {
    endpoint = provider({ Region: region, UseFIPS: variant.includes('f'), UseDualStack: variant.includes('d'), ...settings });
  } catch {
    return null; // the rules refuse this combination
  }
  const scheme = endpoint.properties?.authSchemes?.find(s => s.name === 'sigv4');
  const host = endpoint.url.host.replace(region, '{r}');
  return scheme ? `${host}|${scheme.signingName ?? ''}|${scheme.signingRegion === region ? '' : scheme.signingRegion ?? ''}` : host;
}

/** "partition|variant" -> most common endpoint there; "region|variant" -> endpoint, where it differs. */
function endpointTable(service, provider, partitions) {
  const table = {};
  for (const [partition, regions] of Object.entries(partitions)) {
    for (const variant of variants) {
      const suffix = variant && '|' + variant;
      const found = regions.map(region => [region, endpointAtHome(service, provider, partition, region, variant)]);
      const counts = {};
      for (const [, endpoint] of found) if (endpoint) counts[endpoint] = (counts[endpoint] ?? 0) + 1;
      const common = Object.keys(counts).sort((a, b) => counts[b] - counts[a])[0];
      if (common) table[partition + suffix] = common;
      for (const [region, endpoint] of found) if (endpoint && endpoint !== common) table[region + suffix] = endpoint;
    }
  }
  return table;
}

module.exports = { readPartitions, endpointTable };
