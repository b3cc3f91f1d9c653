'use strict';
// Remembers, between runs, which modules of jsii's package cache were used and where they were found, and loads them
// again while the kernel would wait for Python. A folder of that cache is named by its content: what was true stays true.
const fs = require('node:fs');
const Module = require('node:module');
const path = require('node:path');

const ROOT = /^.*[\\/]package-cache[\\/].+?[\\/][0-9a-f]{64}[\\/]/;
const root = (file) => (file && ROOT.exec(file)?.[0]) || null;

/** Begin to remember in `file`; returns a function that loads what is due of the packages loaded so far. */
module.exports = (file) => {
  const known = read(file);
  let changed = false;

  const { _resolveFilename: resolve } = Module;
  const bare = new Map();
  Module._resolveFilename = function (request, parent, ...rest) {
    const home = root(parent?.filename);
    if (!home) return resolve.call(this, request, parent, ...rest);
    const folder = path.dirname(parent.filename);
    const relative = request.startsWith('.');
    // What another package is called depends on this run's folder of links, and inside node_modules on the place.
    if (!relative && folder.includes('node_modules')) return resolve.call(this, request, parent, ...rest);
    const places = relative ? (known.places[folder] ??= {}) : bare.get(home) ?? bare.set(home, {}).get(home);
    if (Object.hasOwn(places, request)) return places[request];
    changed ||= relative;
    return (places[request] = resolve.call(this, request, parent, ...rest));
  };

  process.on('exit', () => {
    const used = Object.keys(require.cache).filter(root);
    if (changed || used.some((name) => !known.used.has(name))) write(file, { used, places: known.places });
  });

  const due = Map.groupBy(known.used, root);
  return () => {
    for (const [home, names] of due) {
      if (!(names[0] in require.cache)) continue; // its package is not loaded yet
      due.delete(home);
      names.forEach((name) => require(name));
    }
  };
};

function read(file) {
  try {
    const { used, places } = JSON.parse(fs.readFileSync(file, 'utf8'));
    const there = new Set([...new Set(used.map(root))].filter((home) => fs.existsSync(home)));
    const kept = Object.entries(places).filter(([folder]) => there.has(root(folder + path.sep)));
    return { used: new Set(used.filter((name) => there.has(root(name)))), places: Object.fromEntries(kept) };
  } catch {
    return { used: new Set(), places: {} };
  }
}

function write(file, memory) {
  const draft = `${file}.${process.pid}`;
  try {
    fs.writeFileSync(draft, JSON.stringify(memory));
    fs.renameSync(draft, file);
  } catch {
    // Without the file the next run is slower, not wrong.
  }
}
