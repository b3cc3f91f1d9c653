'use strict';
// Lets the jsii kernel, which speaks on file descriptor 3, speak on standard input and output, in few system calls.
const fs = require('node:fs');

const KERNEL = 3;
const { readSync, writeSync } = fs;

module.exports = () => {
  // Answers wait until the kernel has done all that it was asked for: Python reads none earlier.
  const answers = [];
  const flush = () => {
    const bytes = Buffer.concat(answers.splice(0));
    for (let sent = 0; sent < bytes.length; ) {
      try {
        sent += writeSync(1, bytes, sent);
      } catch (error) {
        if (error.code !== 'EAGAIN') throw error; // the pipe is full: Python is about to read
      }
    }
  };
  fs.readSync = (fd, ...rest) => {
    if (fd !== KERNEL) return readSync(fd, ...rest);
    flush();
    return readSync(0, ...rest);
  };
  fs.writeSync = (fd, bytes, offset, ...rest) => {
    if (fd !== KERNEL) return writeSync(fd, bytes, offset, ...rest);
    return answers.push(Buffer.from(bytes).subarray(offset)) && bytes.length - (offset || 0);
  };
  process.on('exit', flush);

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
