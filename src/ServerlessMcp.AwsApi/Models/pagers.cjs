// How the answers of an operation go on: pairs of the parameter that asks for the next page and the member that gives its value.
'use strict';

// Several values ask for the next page, or the value stands in no member of its own. Sources: Amazon S3 and Amazon Route 53 API References.
const byHand = {
  'route-53': {
    ListGeoLocations: [
      ['StartContinentCode', 'NextContinentCode'], ['StartCountryCode', 'NextCountryCode'], ['StartSubdivisionCode', 'NextSubdivisionCode'],
    ],
    ListHostedZonesByName: [['DNSName', 'NextDNSName'], ['HostedZoneId', 'NextHostedZoneId']],
    ListResourceRecordSets: [
      ['StartRecordName', 'NextRecordName'], ['StartRecordType', 'NextRecordType'], ['StartRecordIdentifier', 'NextRecordIdentifier'],
    ],
    ListTrafficPolicies: [['TrafficPolicyIdMarker', 'TrafficPolicyIdMarker']],
    ListTrafficPolicyInstances: [
      ['HostedZoneIdMarker', 'HostedZoneIdMarker'], ['TrafficPolicyInstanceNameMarker', 'TrafficPolicyInstanceNameMarker'],
      ['TrafficPolicyInstanceTypeMarker', 'TrafficPolicyInstanceTypeMarker'],
    ],
    ListTrafficPolicyInstancesByHostedZone: [
      ['TrafficPolicyInstanceNameMarker', 'TrafficPolicyInstanceNameMarker'], ['TrafficPolicyInstanceTypeMarker', 'TrafficPolicyInstanceTypeMarker'],
    ],
    ListTrafficPolicyInstancesByPolicy: [
      ['HostedZoneIdMarker', 'HostedZoneIdMarker'], ['TrafficPolicyInstanceNameMarker', 'TrafficPolicyInstanceNameMarker'],
      ['TrafficPolicyInstanceTypeMarker', 'TrafficPolicyInstanceTypeMarker'],
    ],
    ListTrafficPolicyVersions: [['TrafficPolicyVersionMarker', 'TrafficPolicyVersionMarker']],
  },
  s3: {
    ListMultipartUploads: [['KeyMarker', 'NextKeyMarker'], ['UploadIdMarker', 'NextUploadIdMarker']],
    // Without a delimiter S3 gives no NextMarker: the last key is it.
    ListObjects: [['Marker', 'NextMarker || Contents[-1].Key']],
    ListObjectVersions: [['KeyMarker', 'NextKeyMarker'], ['VersionIdMarker', 'NextVersionIdMarker']],
  },
};

const tokens = /^(next(page)?token|marker|position|paginationtoken)$/i;

/** Operation -> [parameter, JMESPath on the answer], as the package's own pagers say. */
function readPagers(code) {
  const pagers = {};
  for (const m of code.matchAll(/createPaginator\(\w+, (\w+)Command, "([^"]*)", "([^"]*)", "([^"]*)"\)/g)) pagers[m[1]] = [m.slice(2, 4)];
  return pagers;
}

/** The package's pager; one written above; else what the names say, for the package has none for every fifth list. Undefined for one page. */
function pagerOf(service, operation, known, input, output) {
  const written = byHand[service]?.[operation] ?? known[operation];
  if (written) return written;
  const isText = (shape, name) => typeof shape?.[name]?.t === 'string';
  for (const name of Object.keys(output ?? {})) {
    if (!isText(output, name)) continue;
    const asked = [name, name.replace(/^Next/, ''), name.replace(/^LastEvaluated/, 'ExclusiveStart')].find(n => isText(input, n) && (n !== name || tokens.test(n)));
    // An answer that has both gives back what was asked for in the plain one.
    if (asked && !(asked === name && isText(output, 'Next' + name))) return [[asked, name]];
  }
  return undefined;
}

module.exports = { readPagers, pagerOf };
