'use strict';
// Runs the jsii kernel in the process that Python started, instead of in a child of it, and keeps V8's compiled code
// between runs. The kernel speaks on file descriptor 3; here that is standard input and output.
const fs = require('node:fs');
const Module = require('node:module');
const path = require('node:path');

const cache = process.env.GROUNDWORK_COMPILE_CACHE;
Module.enableCompileCache(cache);
const loadWhatIsDue = require('./jsii_modules.js')(path.join(cache, 'modules.json'));

const { readSync, writeSync, mkdtempSync } = fs;
const KERNEL = 3;
fs.readSync = (fd, ...rest) => {
  if (fd !== KERNEL) return readSync(fd, ...rest);
  loadWhatIsDue(); // a request is answered, and Python is busy with its own imports
  return readSync(0, ...rest);
};
fs.writeSync = (fd, ...rest) => writeSync(fd === KERNEL ? 1 : fd, ...rest);

// What libraries print goes to Python as tagged lines on standard error, as jsii's own forwarder sends it.
for (const name of ['stdout', 'stderr']) {
  process[name].write = (chunk, encoding, callback) => {
    const text = Buffer.from(chunk, typeof encoding === 'string' ? encoding : 'utf8').toString('base64');
    writeSync(2, JSON.stringify({ [name]: text }) + '\n');
    const done = typeof encoding === 'function' ? encoding : callback;
    if (done) done();
    return true;
  };
}

// Libraries are linked into a new folder at each run; resolved to their place in the package cache, their names stay
// the same, and V8 finds its compiled code again.
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
