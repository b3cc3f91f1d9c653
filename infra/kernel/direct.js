'use strict';
// Runs the jsii kernel in the process that Python started, instead of in a child of it, and keeps V8's compiled code
// between runs. Where there is a snapshot, that is quicker: see snapshot.js.
const fs = require('node:fs');
const Module = require('node:module');
const path = require('node:path');

Module.enableCompileCache(process.env.GROUNDWORK_COMPILE_CACHE);
require('./stdio.js')();

// Libraries are linked into a new folder at each run; resolved to their place in the package cache, their names stay
// the same, and V8 finds its compiled code again.
const { mkdtempSync } = fs;
fs.mkdtempSync = (prefix, ...rest) => {
  const folder = mkdtempSync(prefix, ...rest);
  if (path.basename(prefix) === 'jsii-kernel-') {
    process.env.NODE_PATH = path.join(folder, 'node_modules');
    Module._initPaths();
  }
  return folder;
};
process.execArgv.push('--preserve-symlinks'); // the kernel reads it: link the libraries, do not copy them

require(process.env.GROUNDWORK_JSII_PROGRAM);
