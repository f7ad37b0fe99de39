// A process of `lvskit run`: `node bin/process.js vrrp|checker OPTIONS`, started by its supervisor.
const { loadLean } = require('./lean.js');

const { keep } = loadLean(process.argv[2]);
// At its end all that it uses has run. One that ended by a fault is no measure.
process.once('exit', code => {
  if (code === 0) keep();
});
