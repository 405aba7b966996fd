// Which members hold secrets: what the models mark, as sensitive.json has reviewed it.
'use strict';
const reviewed = require('./sensitive.json');

/**
 * One service's review. Its names: "Shape.member", "*.member", and "*.*" for all members that the model marks; "Shape" for a list, map or
 * structure wherever it stands, "Shape[]" for a list's or map's values, "Shape[].member" for a member of a list's structures.
 */
class MemberReview {
  constructor(service) {
    this.service = service;
    this.sections = ['secret', 'hidden', 'takes', 'plain'].map(section => [section, reviewed[section][service] ?? {}]);
    this.used = new Set();
  }

  /** The traits of the first name that has an entry; undefined if none has. */
  entryOf(names) {
    for (const name of names) {
      for (const [section, entries] of this.sections) {
        if (!(name in entries)) continue;
        this.used.add(name);
        const sensitive = entries[name] === true ? 1 : entries[name];
        if (section === 'plain') return entries[name] === true ? {} : { sensitive };
        return { secret: { sensitive }, hidden: { sensitive, takesSecret: 1 }, takes: { takesSecret: 1 } }[section];
      }
    }
    return undefined;
  }

  /** The traits of a use of a type: by its own names, by its shape's, by the model's mark. */
  traitsOf(names, shapeName, isMarked) {
    return this.entryOf(names) ?? this.entryOf(shapeName ? [shapeName] : []) ?? (isMarked ? this.entryOf(['*.*']) ?? { sensitive: 1 } : {});
  }

  /** Members of a list's structures that are reviewed for this list alone. */
  insideOf(list) {
    const start = `${list}[].`;
    const names = this.sections.flatMap(([, entries]) => Object.keys(entries)).filter(name => name.startsWith(start));
    return names.map(name => [name.slice(start.length), this.entryOf([name])]);
  }

  /** An entry that names nothing is a mistake or a renamed member: both must stop the build, not pass in silence. */
  check() {
    const unknown = this.sections.flatMap(([, entries]) => Object.keys(entries)).filter(name => !this.used.has(name));
    if (unknown.length) throw new Error(`sensitive.json: ${this.service} has no member ${unknown.join(', ')}`);
  }
}

module.exports = { MemberReview };
