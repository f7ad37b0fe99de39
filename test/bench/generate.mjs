// Writes a big configuration: N virtual servers x M real servers with TCP_CHECK. Usage: node generate.mjs SERVICES SERVERS FILE
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export function bigConfiguration(services, servers) {
  const lines = ['global_defs {', '    router_id bench', '}', ''];
  for (let service = 0; service < services; service++) {
    const address = `10.${(service >> 16) & 255}.${(service >> 8) & 255}.${service & 255}`;
    lines.push(`virtual_server ${address} 80 {`, '    lb_algo rr', '    lb_kind DR', '    protocol TCP');
    for (let server = 0; server < servers; server++) {
      lines.push(`    real_server 192.168.${(server >> 8) & 255}.${server & 255} 80 {`, '        weight 1');
      lines.push('        TCP_CHECK {', '            connect_timeout 3', '        }', '    }');
    }
    lines.push('}');
  }
  return `${lines.join('\n')}\n`;
}

const [program, services, servers, file] = process.argv.slice(1);
if (program === fileURLToPath(import.meta.url) && file !== undefined)
  writeFileSync(file, bigConfiguration(Number(services), Number(servers)));
