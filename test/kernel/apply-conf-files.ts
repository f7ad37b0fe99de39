// Configurations whose table has been a matter of doubt: what keepalived, `lvskit run` and `vs apply` make of each is compared.
// Spec: keepalived.conf(5), "VIRTUAL SERVER(S)".

const server = (address: string, port: number | '', ...lines: string[]) =>
  `real_server ${address} ${port} {\n ${lines.join('\n ')}\n}`;
const service = (subject: string, ...lines: string[]) =>
  `virtual_server ${subject} {\n ${lines.join('\n ')}\n}\n`;

export const configurations = {
  'a mark in a group, DR': `virtual_server_group g {\n 10.0.0.1 80\n fwmark 7\n}
${service('group g', 'lb_algo rr', 'lb_kind DR', 'protocol TCP', server('10.0.1.1', 80), server('10.0.1.2', 80))}`,
  'a mark with DR and a port': service('fwmark 9', 'lb_algo rr', 'lb_kind DR', server('10.0.1.1', 80)),
  'one address in a group and a service': `virtual_server_group g {\n 10.0.0.1 80\n 10.0.0.2 80\n}
${service('10.0.0.1 80', 'lb_algo rr', 'lb_kind NAT', 'protocol TCP', server('10.0.1.1', 80, 'weight 3'), server('10.0.1.2', 80))}
${service('group g', 'lb_algo wlc', 'lb_kind NAT', 'protocol TCP', 'persistence_timeout 50', server('10.0.1.1', 80, 'weight 5'), server('10.0.1.3', 80))}`,
  'one address in two groups': `virtual_server_group g {\n 10.0.0.1 80\n}\nvirtual_server_group h {\n 10.0.0.1 80\n 10.0.0.3 80\n}
${service('group h', 'lb_algo sh', 'lb_kind NAT', 'protocol TCP', server('10.0.1.3', 80))}
${service('group g', 'lb_algo rr', 'lb_kind NAT', 'protocol TCP', server('10.0.1.1', 80))}`,
  'one address in two services': `${service('10.0.0.1 80', 'lb_algo rr', 'lb_kind NAT', 'protocol TCP', server('10.0.1.1', 80))}
${service('10.0.0.1 80', 'lb_algo wlc', 'lb_kind NAT', 'protocol TCP', server('10.0.1.1', 80), server('10.0.1.2', 80))}`,
  'one address twice in a group': `virtual_server_group g {\n 10.0.0.1 80\n 10.0.0.1-2 80\n}
${service('group g', 'lb_algo rr', 'lb_kind NAT', 'protocol TCP', server('10.0.1.1', 80))}`,
  'granularity 24': service(
    '10.0.0.1 80',
    'lb_algo rr',
    'lb_kind NAT',
    'protocol TCP',
    'persistence_timeout 50',
    'persistence_granularity 24',
    server('10.0.1.1', 80),
  ),
  'granularity 255.255.255': service(
    '10.0.0.1 80',
    'lb_algo rr',
    'lb_kind NAT',
    'protocol TCP',
    'persistence_granularity 255.255.255',
    server('10.0.1.1', 80),
  ),
  'granularity 0xffffff00': service(
    '10.0.0.1 80',
    'lb_algo rr',
    'lb_kind NAT',
    'protocol TCP',
    'persistence_granularity 0xffffff00',
    server('10.0.1.1', 80),
  ),
  'granularity 255.255.255.0': service(
    '10.0.0.1 80',
    'lb_algo rr',
    'lb_kind NAT',
    'protocol TCP',
    'persistence_granularity 255.255.255.0',
    server('10.0.1.1', 80),
  ),
  'granularity in a group': `virtual_server_group g {\n 10.0.0.1 80\n}\n${service('group g', 'lb_algo rr', 'lb_kind NAT', 'protocol TCP', 'persistence_timeout 50', 'persistence_granularity 255.255.255.0', server('10.0.1.1', 80))}`,
  'granularity of a mark': service(
    'fwmark 5',
    'lb_algo rr',
    'lb_kind NAT',
    'persistence_timeout 50',
    'persistence_granularity 255.255.255.0',
    server('10.0.1.1', 80),
  ),
  'granularity 64 of IPv6': service(
    'fd00::1 80',
    'lb_algo rr',
    'lb_kind NAT',
    'protocol TCP',
    'persistence_timeout 50',
    'persistence_granularity 64',
    server('fd00::2', 80),
  ),
  'quorum above the weights': service(
    '10.0.0.1 80',
    'lb_algo rr',
    'lb_kind NAT',
    'protocol TCP',
    'quorum 5',
    'sorry_server 10.0.1.9 80',
    server('10.0.1.1', 80),
    server('10.0.1.2', 80),
  ),
  'quorum and hysteresis above the weights': service(
    '10.0.0.1 80',
    'lb_algo rr',
    'lb_kind NAT',
    'protocol TCP',
    'quorum 2',
    'hysteresis 1',
    'sorry_server 10.0.1.9 80',
    server('10.0.1.1', 80),
    server('10.0.1.2', 80),
  ),
  'quorum within the weights': service(
    '10.0.0.1 80',
    'lb_algo rr',
    'lb_kind NAT',
    'protocol TCP',
    'quorum 2',
    'sorry_server 10.0.1.9 80',
    server('10.0.1.1', 80),
    server('10.0.1.2', 80),
  ),
  'weights of 0': service(
    '10.0.0.1 80',
    'lb_algo rr',
    'lb_kind NAT',
    'protocol TCP',
    'sorry_server 10.0.1.9 80',
    server('10.0.1.1', 80, 'weight 0'),
    server('10.0.1.2', 80, 'weight 0'),
  ),
  'sorry server inhibited': service(
    '10.0.0.1 80',
    'lb_algo rr',
    'lb_kind NAT',
    'protocol TCP',
    'sorry_server 10.0.1.9 80',
    'sorry_server_inhibit',
    server('10.0.1.1', 80),
  ),
  'ports that DR ignores': service(
    '10.0.0.1 80',
    'lb_algo rr',
    'lb_kind DR',
    'protocol TCP',
    server('10.0.1.1', 8080),
    server('10.0.1.2', 80),
  ),
  thresholds: service(
    '10.0.0.1 80',
    'lb_algo rr',
    'lb_kind NAT',
    'protocol TCP',
    server('10.0.1.1', 80, 'uthreshold 100', 'lthreshold 50'),
  ),
  'no port': service('10.0.0.1', 'lb_algo rr', 'lb_kind DR', 'protocol TCP', server('10.0.1.1', '')),
  tunnels: service(
    '10.0.0.1 80',
    'lb_algo sh',
    'sh-port',
    'lb_kind TUN',
    'protocol TCP',
    server('10.0.1.1', 80),
    server('fd00::2', 80),
    server('10.0.1.2', 80, 'lvs_method TUN type gue port 6080'),
  ),
} as const;
