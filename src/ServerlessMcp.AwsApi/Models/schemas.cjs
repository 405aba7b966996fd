// Reads the runtime schemas that @aws-sdk/client-* exports: [kind, namespace, name, traits, ...] tuples, lazily linked.
'use strict';
const { MemberReview } = require('./members.cjs');

const scalars = {
  0: 'str', 1: 'num', 2: 'bool', 4: 'ts', 5: 'ts:iso', 6: 'ts:http', 7: 'ts:epoch', 15: 'doc', 17: 'bigint', 19: 'bigdec', 21: 'blob', 42: 'stream',
};
const listBit = 64, mapBit = 128;
const kinds = { 1: 'l', 2: 'm', 3: 's', 4: 'u', '-3': 'e' };
const traitBits = ['httpLabel', 'idempotent', 'idempotencyToken', 'sensitive', 'httpPayload', 'httpResponseCode', 'httpQueryParams'];

function traitsOf(traits) {
  if (!traits) return {};
  if (typeof traits === 'object') return { ...traits };
  return Object.fromEntries(traitBits.filter((_, bit) => (traits >> bit) & 1).map(name => [name, 1]));
}

/** Collects the shapes that operations reach, each once, in the order in which they are reached. */
class Shapes {
  constructor(service, exported, interfaces) {
    const review = new MemberReview(service);
    Object.assign(this, { review, exported, interfaces, all: [], ids: new Map(), enums: [], enumIds: new Map() });
  }

  /** { t: scalar name or shape number, traits } of whatever a schema uses as a type. */
  use(reference) {
    let traits = {};
    for (;;) {
      if (typeof reference === 'function') reference = reference();
      if (!Array.isArray(reference)) break;
      const [head, second] = reference;
      if (typeof head === 'function' || Array.isArray(head) || (typeof head === 'number' && reference.length === 2)) {
        traits = { ...traitsOf(second), ...traits };
        reference = head;
      } else if (head === 0 && typeof second === 'string') {
        traits = { ...traitsOf(reference[3]), ...traits };
        reference = reference[4];
      } else break;
    }
    if (reference === 'unit') return { t: 'unit', traits };
    if (typeof reference !== 'number') return { t: this.add(reference), traits };
    if (reference & mapBit) return { t: this.add(['m', scalars[reference & 63]]), traits };
    if (reference & listBit) return { t: this.add(['l', scalars[reference & 63]]), traits };
    return { t: scalars[reference], traits };
  }

  add(schema) {
    const key = typeof schema[0] === 'string' ? schema.join() : schema;
    if (this.ids.has(key)) return this.ids.get(key);
    const id = this.all.length;
    this.ids.set(key, id);
    const shape = {};
    this.all.push(shape);
    if (typeof schema[0] === 'string') Object.assign(shape, { k: schema[0], key: { t: 'str' }, e: { t: schema[1] } });
    else this.fill(shape, schema);
    if (shape.k === 'l') delete shape.key;
    return id;
  }

  fill(shape, [kind, , name, traits, a, b, required]) {
    shape.k = kinds[kind];
    shape.n = name;
    const own = traitsOf(traits);
    if (own.awsQueryError) own.awsQueryError = own.awsQueryError[0];
    for (const noise of ['error', 'httpError']) delete own[noise];
    if (Object.keys(own).length) shape.T = own;
    if (shape.k === 'l') shape.e = this.reviewedInside(name, this.member(a, [`${name}[]`]));
    else if (shape.k === 'm') Object.assign(shape, { key: this.member(a), e: this.member(b, [`${name}[]`]) });
    else {
      shape.m = {};
      a.forEach((member, i) => { shape.m[member] = this.structureMember(name, member, b[i], i < (required ?? 0)); });
    }
  }

  /** @param names by which the review may know this use of a type; without them it is no secret (the names in a map) */
  member(reference, names) {
    const { t, traits: { streaming, sensitive, ...traits } } = this.use(reference);
    const shape = typeof t === 'number' ? this.all[t] : undefined;
    if (names) Object.assign(traits, this.review.traitsOf(names, shape?.n, sensitive || shape?.T?.sensitive));
    return Object.keys(traits).length ? { t, T: traits } : { t };
  }

  /** A list whose structures the review treats otherwise than elsewhere gets a copy of them. */
  reviewedInside(list, element) {
    const inside = this.review.insideOf(list);
    if (!inside.length) return element;
    const copy = structuredClone(this.all[element.t]);
    for (const [member, traits] of inside) copy.m[member].T = { ...copy.m[member].T, ...traits };
    return { ...element, t: this.all.push(copy) - 1 };
  }

  structureMember(shape, name, reference, required) {
    const member = this.member(reference, [`${shape}.${name}`, `*.${name}`]);
    const known = this.interfaces[shape]?.[name];
    if (required) member.r = 1;
    if (known?.doc) member.d = known.doc;
    const enumId = known ? this.enumOf(known.type) : undefined;
    if (enumId !== undefined) member.en = enumId;
    return member;
  }

  /** Whether the structure has a member that is a stream of events. */
  hasEventStream(id) {
    return Object.values(this.all[id]?.m ?? {}).some(({ t }) => this.all[t]?.k === 'u' && this.all[t].T?.streaming);
  }

  enumOf(type) {
    const values = this.exported[type];
    const isEnum = values && typeof values === 'object' && !Array.isArray(values) && Object.keys(values).length > 0
      && Object.values(values).every(value => typeof value === 'string');
    if (!isEnum) return undefined;
    if (!this.enumIds.has(type)) {
      this.enumIds.set(type, this.enums.length);
      this.enums.push({ n: type, v: Object.values(values) });
    }
    return this.enumIds.get(type);
  }
}

module.exports = { Shapes, traitsOf };
