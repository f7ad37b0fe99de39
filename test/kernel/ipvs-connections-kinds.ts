// The kinds of connections that the stage of ipvs-connections-lab.ts makes, as `ipvsadm -Lnc --persistent-conn` prints them.
// Spec: ipvsadm(8), --connection and --persistent-conn.

export const kinds: readonly RegExp[] = [
  /^TCP .*ESTABLISHED 10\.0\.0\.2:\d+ +10\.0\.0\.1:80 +10\.0\.1\.11:80$/m,
  /^TCP .*ESTABLISHED 10\.0\.0\.2:\d+ +10\.0\.0\.1:81 +10\.0\.1\.11:81$/m,
  /^TCP .*ESTABLISHED 10\.0\.0\.2:\d+ +10\.0\.0\.1:82 +10\.0\.1\.12:82$/m,
  /^TCP .*TIME_WAIT /m,
  /^TCP .*10\.0\.0\.2:0 +10\.0\.0\.1:83 /m,
  /^TCP .*\[fd00::2\]:\d+ +\[fd00::1\]:80 +\[fd01::11\]:80$/m,
  /^UDP .*\[fd00::2\]:\d+ +\[fd00::1\]:80 +\[fd01::12\]:80$/m,
  /^IP .*NONE +10\.0\.0\.1:0 +0\.0\.0\.5:0 +10\.0\.1\.11:0$/m,
  /^UDP .* sip +843817637684230@998sdasdh09$/m,
  /^UDP .* sip +short@1$/m,
];
