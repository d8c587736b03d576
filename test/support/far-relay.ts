/** Run inside a network namespace by far-port.ts: hands on connections to an address there to a Unix socket, and says its port. */
import { Relay } from './relay.ts';

const [host = '', socket = ''] = process.argv.slice(2);
const { port } = await Relay.open({ listen: { host, port: 0 }, target: socket });
console.log(port);
