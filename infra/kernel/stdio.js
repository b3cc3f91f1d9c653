'use strict';
// Lets the jsii kernel, which speaks on file descriptor 3, speak on standard input and output.
const fs = require('node:fs');

const KERNEL = 3;
const { readSync, writeSync } = fs;

module.exports = () => {
  fs.readSync = (fd, ...rest) => readSync(fd === KERNEL ? 0 : fd, ...rest);
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
};
