'use strict';
// Builds a snapshot of Node as it is when the jsii kernel has loaded its libraries, which each synthesis begins with.
// `node --build-snapshot` runs this once, as the kernel of a whole synthesis: that shows which modules the app needs
// and has V8 compile the functions that it calls. Then all is loaded anew, untouched, and kept.
const fs = require('node:fs');
const Module = require('node:module');
const path = require('node:path');
const { startupSnapshot } = require('node:v8');
const vm = require('node:vm');

const { GROUNDWORK_JSII_PROGRAM: program, GROUNDWORK_KERNEL: here, GROUNDWORK_LIBRARIES: folder } = process.env;
const KERNEL = 3;

// Node refuses to wake up when its own compiler of modules ran before; this one does the same work. It compiles a file
// once: what V8 learnt of a function when it trained, it still knows of the one that is kept.
const { _compile } = Module.prototype;
const NAMES = ['exports', 'require', 'module', '__filename', '__dirname'];
const compiled = new Map();
Module.prototype._compile = function (source, filename) {
  if (!compiled.has(filename)) compiled.set(filename, vm.compileFunction(source, NAMES, { filename }));
  const ask = (name) => this.require(name);
  ask.resolve = (name, options) => Module._resolveFilename(name, this, false, options);
  ask.cache = Module._cache;
  return compiled.get(filename).call(this.exports, this.exports, ask, this, filename, path.dirname(filename));
};
const load = Module.createRequire(path.join(here, 'snapshot.js'));
const speak = load('./stdio.js');

const { exit } = process;
const { mkdtempSync, readSync, writeSync } = fs;
const { setImmediate: later } = globalThis;
const keys = new Set(Reflect.ownKeys(globalThis));
const stderr = Object.getOwnPropertyDescriptor(process, 'stderr');

// Standard streams hold handles that no snapshot can keep, and a shared buffer is for sleeping while a pipe is full:
// the pipes of Python block instead.
Object.defineProperty(process, 'stderr', { value: { fd: 2 }, configurable: true });
globalThis.SharedArrayBuffer ??= ArrayBuffer;
process.execArgv.push('--preserve-symlinks'); // the kernel reads it: link the libraries, do not copy them
fs.mkdtempSync = (prefix, ...rest) => {
  if (path.basename(prefix) !== 'jsii-kernel-') return mkdtempSync(prefix, ...rest);
  fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(folder, { recursive: true });
  findLibraries();
  return folder;
};

/** Modules are found by their place in the package cache, not in this folder of links, as direct.js does it. */
function findLibraries() {
  process.env.NODE_PATH = path.join(folder, 'node_modules');
  Module._initPaths();
}

const heard = [];
fs.readSync = (fd, buffer, ...rest) => {
  const count = readSync(fd === KERNEL ? 0 : fd, buffer, ...rest);
  if (fd === KERNEL) heard.push(Buffer.from(buffer.subarray(0, count)));
  return count;
};
fs.writeSync = (fd, ...rest) => writeSync(fd === KERNEL ? 1 : fd, ...rest);
process.exit = () => later(keep);
load(program);

/** Load it all anew: the kernel gets the requests that Python's imports send, and stops before it reads another. */
function keep() {
  process.exit = exit;
  const requests = Buffer.concat(heard).toString().split('\n').filter((line) => /^\{.*"api": ?"load"/.test(line));
  const modules = Object.keys(Module._cache);
  forget();

  const feed = Buffer.from(requests.map((line) => `${line}\n`).join(''));
  const answers = [];
  let fed = 0;
  fs.readSync = (fd, buffer, ...rest) => {
    if (fd !== KERNEL) return readSync(fd, buffer, ...rest);
    const count = feed.copy(buffer, 0, fed);
    fed += count;
    return count;
  };
  fs.writeSync = (fd, bytes, ...rest) => (fd === KERNEL ? answers.push(`${bytes}`) && bytes.length : writeSync(fd, bytes, ...rest));
  globalThis.setImmediate = (next) => {
    if (answers.length <= requests.length) return later(next);
    const failure = answers.find((answer) => !/^\{"(ok|hello)"/.test(answer));
    if (failure) throw new Error(failure);
    modules.forEach((name) => load(name));
    Object.assign(fs, { mkdtempSync, readSync, writeSync });
    globalThis.setImmediate = later;
    Object.defineProperty(process, 'stderr', stderr);
    process.removeAllListeners('exit'); // the kernel would remove its folder
    Module.prototype._compile = _compile;
    compiled.clear();
    startupSnapshot.setDeserializeMainFunction(() => wake(answers[0], next));
  };
  load(program);
}

/** Drop what the trained modules left behind. */
function forget() {
  heard.length = 0;
  process.removeAllListeners('exit');
  Object.keys(Module._cache).forEach((name) => delete Module._cache[name]);
  Reflect.ownKeys(globalThis).filter((key) => !keys.has(key) && key !== 'SharedArrayBuffer').forEach((key) => Reflect.deleteProperty(globalThis, key));
}

/** What a process that starts from the snapshot does first: greet Python as the kernel would, and read requests. */
function wake(hello, readOn) {
  findLibraries();
  speak();
  fs.writeSync(KERNEL, hello);
  readOn();
}
